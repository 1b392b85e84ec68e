/** Once an hour, on one node: guests who stayed away for too long go, and so do refresh tokens and known addresses that have expired. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Database, inBackground } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { AccountData } from '../account-data';
import { KnownAddresses } from '../addresses/known-addresses';
import { AccountsListRepository } from '../accounts-list.repository';
import { RefreshTokensRepository } from '../sessions/refresh-tokens.repository';

const INTERVAL_MS = 3_600_000;
/** A deletion that has not ended by then has been given up by its node. */
const UNFINISHED_AFTER_MS = 60_000;
/** Guests that are marked in one transaction. */
const GUESTS = 20;
const TOKENS = 1_000;

@Injectable()
export class GuestPurge implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(GuestPurge.name);
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly database: Database,
    private readonly lists: AccountsListRepository,
    private readonly tokens: RefreshTokensRepository,
    private readonly data: AccountData,
    private readonly clock: Clock,
    private readonly addresses: KnownAddresses,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void inBackground('guest purge', () => this.inBackground()), INTERVAL_MS).unref();
    // A node that died in the middle of a deletion is started again soon.
    this.database.whenReady(
      () => this.finishDeletions(),
      (error) => this.logger.warn({ message: 'deletions of accounts are not finished; tried again in an hour', error }),
    );
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Does nothing while another node is at it. @returns how many guests went. */
  async purge(): Promise<number> {
    await this.finishDeletions();
    let purged = 0;
    for (let count = GUESTS; count === GUESTS && !this.stopped; purged += count) count = await this.purgeSome();
    for (let count = TOKENS; count === TOKENS && !this.stopped;) count = await this.forgetSome();
    for (let count = TOKENS; count === TOKENS && !this.stopped;) count = await this.addresses.removeExpired(TOKENS);
    return purged;
  }

  /** Marked in one transaction, and then erased like any account: what is much of them goes in parts. */
  private async purgeSome(): Promise<number> {
    const idle = await this.database.transaction(async () => {
      if (!(await this.lists.claimPurge())) return [];
      const now = this.clock.now();
      return this.lists.requestDeletionOfIdle(new Date(now - this.config.guestRetentionMs), new Date(now), GUESTS);
    });
    for (const userId of idle) await this.data.erase(userId);
    return idle.length;
  }

  /** Of those whose node died meanwhile; every step of it may be done by several nodes. */
  private async finishDeletions(): Promise<void> {
    const before = new Date(this.clock.now() - UNFINISHED_AFTER_MS);
    for (const userId of await this.data.unfinished(before, GUESTS)) await this.data.erase(userId);
  }

  private forgetSome(): Promise<number> {
    return this.tokens.removeExpired(new Date(this.clock.now()), TOKENS);
  }

  private async inBackground(): Promise<void> {
    try {
      const guests = await this.purge();
      if (guests > 0) this.logger.log({ message: 'idle guests deleted', guests });
    } catch (error) {
      this.logger.warn({ message: 'idle guests could not be deleted; tried again in an hour', error });
    }
  }
}
