/** Finds out whether Redis can be used the way this server uses it: by scripts that write, and messages that arrive. */
import type { Redis } from 'ioredis';
import type { Canary } from './canary';
import { refusedCommand } from './command-rights';
import { evictionPolicy } from './eviction';
import { isReply, reasonOf } from './reply';

export class UsageCheck {
  constructor(
    private readonly key: string,
    private readonly canary: Canary,
    /** What clients still have to get may be deleted by Redis. */
    private readonly mayEvict: boolean,
  ) {}

  /** @returns why Redis cannot be used; null where it can; undefined where the connection broke, which the pings notice. */
  async run(redis: Redis): Promise<string | null | undefined> {
    try {
      const refused = await refusedCommand(redis, this.key);
      if (refused) return reasonOf(refused.message, refused.command);
      await this.canary.sing(redis);
      // The journal knows by the run id that stands there whether Redis is still the same one.
      const info = await redis.info('server', 'memory');
      return this.subscriptionsRefused() ?? this.eviction(info);
    } catch (error) {
      return isReply(error) ? reasonOf(error.message) : undefined;
    }
  }

  private subscriptionsRefused(): string | null {
    const refusal = this.canary.refusal;
    if (isReply(refusal)) return reasonOf(refusal.message);
    return this.canary.isUnheard ? 'what is published does not arrive' : null;
  }

  private eviction(info: string): string | null {
    const policy = this.mayEvict ? null : evictionPolicy(info);
    return policy === null ? null : `it deletes keys when it is full (${policy})`;
  }
}
