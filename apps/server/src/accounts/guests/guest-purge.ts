/** Once an hour, on one node: guests who stayed away for too long go, and so do refresh tokens that have expired. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { AccountData } from '../account-data';
import { AccountsListRepository } from '../accounts-list.repository';
import { RefreshTokensRepository } from '../sessions/refresh-tokens.repository';

const INTERVAL_MS = 3_600_000;
/** Guests per transaction: each runs the cleaners of all domains. */
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
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.inBackground(), INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Does nothing while another node is at it. @returns how many guests went. */
  async purge(): Promise<number> {
    let purged = 0;
    for (let count = GUESTS; count === GUESTS && !this.stopped; purged += count) count = await this.purgeSome();
    for (let count = TOKENS; count === TOKENS && !this.stopped;) count = await this.forgetSome();
    return purged;
  }

  private purgeSome(): Promise<number> {
    return this.database.transaction(async () => {
      if (!(await this.lists.claimPurge())) return 0;
      const before = new Date(this.clock.now() - this.config.guestRetentionMs);
      const idle = await this.lists.idleGuests(before, GUESTS);
      for (const userId of idle) await this.data.erase(userId);
      return idle.length;
    });
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
