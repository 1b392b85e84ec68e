/** Rate policies of commands: a local bucket first, then, where the policy holds for the cluster, the shared one. */
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { AppError, type RatePolicy } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../clock';
import { CommandContext } from '../commands/command-context';
import { QUOTA_STORE, type QuotaStore } from '../quota/quota-store';
import { DROPPED } from './dropped';
import { UserBuckets } from './user-buckets';

@Injectable()
export class WsThrottlerGuard implements CanActivate {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly buckets: UserBuckets,
    private readonly clock: Clock,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!this.config.limitsOn || !(context instanceof CommandContext)) return true;
    const { policy, contract } = context.entry;
    if (!policy) return true;
    const { userId } = context.connection.principal;
    const key = bucketKey(policy, context.getData<unknown>());
    const local = this.buckets.take(userId, contract.name, key, policy, this.clock.now());
    if (!local.allowed) refuse(policy, local.retryAfterMs);
    if (policy.scope === 'node') return true;
    return this.quota
      .take(`command:${userId}:${contract.name}:${key}`, policy)
      .then(({ allowed, retryAfterMs }) => allowed || refuse(policy, retryAfterMs));
  }
}

// Only short texts split a bucket; anything else will fail validation and shares one bucket until then.
function bucketKey({ per }: RatePolicy, payload: unknown): string {
  if (!per || typeof payload !== 'object' || payload === null) return '';
  const parts = per.map((field) => (payload as Record<string, unknown>)[field]);
  return parts.map((value) => (typeof value === 'string' && value.length <= 64 ? value : '')).join(':');
}

function refuse(policy: RatePolicy, retryAfterMs: number): never {
  if (policy.excess === 'drop') throw DROPPED;
  throw new AppError('RATE_LIMITED', 'Too many of these commands', { retryAfterMs });
}
