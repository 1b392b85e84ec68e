/** Limits calls by address: routes with a limit of their own each for itself, all others together. */
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { AppError } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import { addressKey, type QuotaStore, QuotaThrottlerStorage, THROTTLE_LIMIT } from '@aeturnis/realtime';

const PER_MINUTE = 300;

/** One throttler, whose buckets all nodes share. */
export function throttlerOptions({ limitsOn }: AppConfig, quota: QuotaStore): ThrottlerModuleOptions {
  return {
    throttlers: [{ limit: PER_MINUTE, ttl: 60_000 }],
    storage: new QuotaThrottlerStorage(quota),
    skipIf: () => !limitsOn,
  };
}

@Injectable()
export class HttpThrottlerGuard extends ThrottlerGuard {
  /** The same key as for sockets: an IPv6 host cannot get around a limit by its many addresses. */
  protected override getTracker({ ip }: { ip: string }): Promise<string> {
    return Promise.resolve(addressKey(ip));
  }

  protected override generateKey(context: ExecutionContext, address: string): string {
    const [handler, owner] = [context.getHandler(), context.getClass()];
    const own = this.reflector.getAllAndOverride<number | undefined>(THROTTLE_LIMIT, [handler, owner]);
    return own === undefined ? address : `${owner.name}.${handler.name}:${address}`;
  }

  protected override throwThrottlingException(_: ExecutionContext, { timeToBlockExpire }: ThrottlerLimitDetail): never {
    throw new AppError('RATE_LIMITED', 'Too many requests', { retryAfterMs: timeToBlockExpire * 1000 });
  }
}
