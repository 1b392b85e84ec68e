/** Checks that Redis supports what this server needs: scripts that write, and published messages that arrive. */
import type { Redis } from 'ioredis';
import type { PubSubHeartbeat } from './pubsub-heartbeat';
import { findRefusedCommand } from './command-permissions';
import { evictionPolicy } from './eviction-policy';
import { isReplyError, describeRefusal } from './reply-error';

export class UsabilityCheck {
  constructor(
    private readonly key: string,
    private readonly heartbeat: PubSubHeartbeat,
    /** Whether Redis may evict keys, and with them events that clients have not received yet. */
    private readonly isEvictionAllowed: boolean,
  ) {}

  /** @returns why Redis cannot be used; null if it can; undefined if the connection broke, which the ping monitor reports. */
  async run(redis: Redis): Promise<string | null | undefined> {
    try {
      const refused = await findRefusedCommand(redis, this.key);
      if (refused) return describeRefusal(refused.message, refused.command);
      await this.heartbeat.beat(redis);
      // The journal reads the run id in section `server`, so the check reads that section as well.
      const info = await redis.info('server', 'memory');
      return this.checkSubscriptions() ?? this.checkEviction(info);
    } catch (error) {
      return isReplyError(error) ? describeRefusal(error.message) : undefined;
    }
  }

  private checkSubscriptions(): string | null {
    const refusal = this.heartbeat.refusal;
    if (isReplyError(refusal)) return describeRefusal(refusal.message);
    return this.heartbeat.hasSilentSubscriber ? 'what is published does not arrive' : null;
  }

  private checkEviction(info: string): string | null {
    const policy = this.isEvictionAllowed ? null : evictionPolicy(info);
    return policy === null ? null : `it deletes keys when it is full (${policy})`;
  }
}
