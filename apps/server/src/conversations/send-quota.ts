/** Holds messages that come over HTTP to the same limit as those of the command, together with them. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, MessageSend } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { CommandTable, QUOTA_STORE, type QuotaStore } from '@aeturnis/realtime';

@Injectable()
export class SendQuota {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
    private readonly commands: CommandTable,
  ) {}

  /** @throws AppError RATE_LIMITED. */
  async take(userId: string): Promise<void> {
    const { name } = MessageSend;
    const policy = this.commands.get(name)?.policy;
    if (!this.config.limitsOn || !policy) return;
    // The bucket that the guard of commands takes from.
    const { allowed, retryAfterMs } = await this.quota.take(`command:${userId}:${name}:`, policy);
    if (!allowed) throw new AppError('RATE_LIMITED', 'Too many messages', { retryAfterMs });
  }
}
