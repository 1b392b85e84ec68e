/** Rate limits HTTP requests by client address: one bucket per route with its own limit, and one for all other routes. */
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { AppError } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import { addressKey, type QuotaStore, QuotaThrottlerStorage, THROTTLE_LIMIT } from '@aeturnis/realtime';

const MAX_PER_MINUTE = 300;

/** One throttler, whose buckets are shared by all nodes. */
export function throttlerOptions({ hasLimits }: AppConfig, quota: QuotaStore): ThrottlerModuleOptions {
  return {
    throttlers: [{ limit: MAX_PER_MINUTE, ttl: 60_000 }],
    storage: new QuotaThrottlerStorage(quota),
    skipIf: () => !hasLimits,
  };
}

@Injectable()
export class HttpThrottlerGuard extends ThrottlerGuard {
  /** The same key as for sockets, a /64 for IPv6: a host cannot evade the limit with its many addresses. */
  protected override getTracker({ ip }: { ip: string }): Promise<string> {
    return Promise.resolve(addressKey(ip));
  }

  protected override generateKey(context: ExecutionContext, address: string): string {
    const [handler, owner] = [context.getHandler(), context.getClass()];
    const ownLimit = this.reflector.getAllAndOverride<number | undefined>(THROTTLE_LIMIT, [handler, owner]);
    return ownLimit === undefined ? address : `${owner.name}.${handler.name}:${address}`;
  }

  protected override throwThrottlingException(_: ExecutionContext, { timeToBlockExpire }: ThrottlerLimitDetail): never {
    throw new AppError('RATE_LIMITED', 'Too many requests from this address', {
      retryAfterMs: timeToBlockExpire * 1000,
    });
  }
}
