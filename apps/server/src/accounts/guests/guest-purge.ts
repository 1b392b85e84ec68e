/** Hourly job on one node at a time: deletes idle guests, expired refresh tokens and expired known addresses. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Database, runInBackground } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { AccountData } from '../account-data';
import { KnownAddresses } from '../addresses/known-addresses';
import { AccountsListRepository } from '../accounts-list.repository';
import { RefreshTokensRepository } from '../sessions/refresh-tokens.repository';

const INTERVAL_MS = 3_600_000;
/** A deletion that takes longer has been abandoned by its node. */
const UNFINISHED_AFTER_MS = 60_000;
/** Guests marked for deletion in one transaction. */
const GUEST_BATCH = 20;
const TOKEN_BATCH = 1_000;

@Injectable()
export class GuestPurge implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(GuestPurge.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

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
    this.timer = setInterval(() => void runInBackground('guest purge', () => this.purgeAndLog()), INTERVAL_MS).unref();
    // A node that died during a deletion usually restarts soon, and continues it here.
    this.database.runWhenReady(
      () => this.finishDeletions(),
      (error) => this.logger.warn({ message: 'account deletions not completed, retrying in an hour', error }),
    );
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearInterval(this.timer);
  }

  /** Deletes no guests while another node holds the claim. @returns the number of deleted guests. */
  async purge(): Promise<number> {
    await this.finishDeletions();
    let purged = 0;
    for (let count = GUEST_BATCH; count === GUEST_BATCH && !this.isStopping; purged += count)
      count = await this.purgeBatch();
    for (let count = TOKEN_BATCH; count === TOKEN_BATCH && !this.isStopping;) count = await this.removeExpiredTokens();
    for (let count = TOKEN_BATCH; count === TOKEN_BATCH && !this.isStopping;)
      count = await this.addresses.removeExpired(TOKEN_BATCH);
    return purged;
  }

  /** Marks idle guests in one transaction, then deletes them like any account. */
  private async purgeBatch(): Promise<number> {
    const idle = await this.database.transaction(async () => {
      if (!(await this.lists.tryClaimPurge())) return [];
      const now = this.clock.now();
      return this.lists.requestDeletionOfIdle(new Date(now - this.config.guestRetentionMs), new Date(now), GUEST_BATCH);
    });
    for (const userId of idle) await this.data.deleteAccount(userId);
    return idle.length;
  }

  /** Completes deletions whose node has died. Each step is idempotent, so several nodes may run it at once. */
  private async finishDeletions(): Promise<void> {
    const before = new Date(this.clock.now() - UNFINISHED_AFTER_MS);
    for (const userId of await this.data.unfinishedDeletions(before, GUEST_BATCH))
      await this.data.deleteAccount(userId);
  }

  private removeExpiredTokens(): Promise<number> {
    return this.tokens.removeExpired(new Date(this.clock.now()), TOKEN_BATCH);
  }

  private async purgeAndLog(): Promise<void> {
    try {
      const guests = await this.purge();
      if (guests > 0) this.logger.log({ message: 'idle guests deleted', guests });
    } catch (error) {
      this.logger.warn({ message: 'guest purge failed, retrying in an hour', error });
    }
  }
}
