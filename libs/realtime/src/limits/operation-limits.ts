/** Takes from the buckets of an operation and a user, whatever the way in: first those of this node, then the shared ones. */
import { Inject, Injectable } from '@nestjs/common';
import { budgetForGuests, GUEST_ROLE, type Principal, type RatePolicy, type WorkBudget } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../clock';
import { FanOutBudget } from '../quota/fan-out-budget';
import { type BucketPolicy, QUOTA_STORE, type QuotaOutcome, type QuotaStore } from '../quota/quota-store';
import type { Operation } from './operations';
import { UserBuckets } from './user-buckets';

/** Who takes: a principal, or as much of one as there is. */
export type Taker = Pick<Principal, 'userId' | 'roles'>;

export interface LimitOutcome {
  readonly allowed: boolean;
  readonly retryAfterMs: number;
  /** The policy that was applied; null where there is none. */
  readonly policy: RatePolicy | null;
}

const ALLOWED: LimitOutcome = { allowed: true, retryAfterMs: 0, policy: null };

@Injectable()
export class OperationLimits {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly buckets: UserBuckets,
    private readonly clock: Clock,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
    private readonly fanOut: FanOutBudget,
  ) {}

  /** Makes a promise only where a bucket is shared by all nodes. `payload` is what the client sent, not yet validated. */
  take(user: Taker, operation: Operation, payload: unknown): LimitOutcome | Promise<LimitOutcome> {
    const policy = policyFor(user, operation);
    if (!policy || !this.config.limitsOn) return ALLOWED;
    const { userId } = user;
    const { name } = operation;
    const now = this.clock.now();
    if (policy.fansOut) {
      const retryAfterMs = this.fanOut.admit(user, now);
      if (retryAfterMs > 0) return { allowed: false, retryAfterMs, policy };
    }
    const key = bucketKey(policy, payload);
    const local = this.buckets.take(userId, name, key, policy, now);
    if (!local.allowed) return refused(local, policy);
    if (!policy.work && policy.scope === 'node') return ALLOWED;
    return this.takeShared(userId, name, key, policy, payload);
  }

  /** Takes one token of a budget, for work that only turns out to be needed while an operation is handled. */
  async spend({ userId, roles }: Taker, budget: WorkBudget): Promise<Pick<LimitOutcome, 'allowed' | 'retryAfterMs'>> {
    if (!this.config.limitsOn) return ALLOWED;
    return this.quota.take(
      `work:${userId}:${budget.name}`,
      roles.includes(GUEST_ROLE) ? budgetForGuests(budget) : budget,
    );
  }

  private async takeShared(
    userId: string,
    name: string,
    key: string,
    policy: RatePolicy,
    payload: unknown,
  ): Promise<LimitOutcome> {
    if (policy.scope === 'cluster') {
      const shared = await this.quota.take(`command:${userId}:${name}:${key}`, policy);
      if (!shared.allowed) return refused(shared, policy);
    }
    if (!policy.work) return ALLOWED;
    const { budget, fields } = policy.work;
    const cost = workOf(payload, fields, budget);
    if (cost === 0) return ALLOWED;
    const paid = await this.quota.take(`work:${userId}:${budget.name}`, budget satisfies BucketPolicy, cost);
    return paid.allowed ? ALLOWED : refused(paid, policy);
  }
}

function policyFor({ roles }: Taker, { policy, guestPolicy }: Operation): RatePolicy | null {
  return policy === guestPolicy || !roles.includes(GUEST_ROLE) ? policy : guestPolicy;
}

const refused = ({ retryAfterMs }: QuotaOutcome, policy: RatePolicy): LimitOutcome => ({
  allowed: false,
  retryAfterMs,
  policy,
});

/**
 * Only short texts split a bucket; anything else will fail validation and shares one bucket until then. Ids that differ in
 * case alone are the same id, and have the same bucket.
 */
export function bucketKey({ per }: RatePolicy, payload: unknown): string {
  if (!per || typeof payload !== 'object' || payload === null) return '';
  const parts = per.map((field) => (payload as Record<string, unknown>)[field]);
  return parts.map((value) => (typeof value === 'string' && value.length <= 64 ? value.toLowerCase() : '')).join(':');
}

/** Elements of the lists; what is none will fail validation and costs nothing here. */
function workOf(payload: unknown, fields: readonly string[], { burst }: WorkBudget): number {
  if (typeof payload !== 'object' || payload === null) return 0;
  const lists = fields.map((field) => (payload as Record<string, unknown>)[field]);
  const elements = lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  return Math.min(elements, burst);
}
