/** Enforces the rate limits of operations by socket and HTTP: first by the buckets of this node, then by the shared ones. */
import { Inject, Injectable } from '@nestjs/common';
import { budgetForGuests, GUEST_ROLE, type Principal, type RatePolicy, type WorkBudget } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../../base/clock';
import { FanOutBudget } from '../../quota/fan-out-budget';
import { type BucketPolicy, QUOTA_STORE, type QuotaStore } from '../../quota/quota-store';
import { LimitRefusals } from './limit-refusals';
import type { Operation } from './operations';
import { UserBuckets } from './user-buckets';

/** The user whose limits apply. */
export type LimitedUser = Pick<Principal, 'userId' | 'roles'>;

export interface LimitOutcome {
  readonly allowed: boolean;
  readonly retryAfterMs: number;
  /** The policy that was applied; null if there is none. */
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
    private readonly fanOutBudget: FanOutBudget,
    private readonly refusals: LimitRefusals,
  ) {}

  /** Returns a promise only for buckets shared by all nodes. `payload` comes from the client and is not validated yet. */
  take(user: LimitedUser, operation: Operation, payload: unknown): LimitOutcome | Promise<LimitOutcome> {
    const policy = policyFor(user, operation);
    if (!policy || !this.config.hasLimits) return ALLOWED;
    const { userId } = user;
    const { name } = operation;
    const now = this.clock.now();
    if (policy.fansOut) {
      const retryAfterMs = this.fanOutBudget.admit(user, now);
      if (retryAfterMs > 0) return this.refuse(name, retryAfterMs, policy);
    }
    const key = bucketKey(policy, payload);
    const local = this.buckets.take(userId, name, key, policy, now);
    if (!local.allowed) return this.refuse(name, local.retryAfterMs, policy);
    if (!policy.work && policy.scope === 'node') return ALLOWED;
    return this.takeShared(userId, name, key, policy, payload);
  }

  /** Takes one token of a budget, for work whose need is known only while an operation is handled. */
  async takeFromBudget(
    { userId, roles }: LimitedUser,
    budget: WorkBudget,
  ): Promise<Pick<LimitOutcome, 'allowed' | 'retryAfterMs'>> {
    if (!this.config.hasLimits) return ALLOWED;
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
      if (!shared.allowed) return this.refuse(name, shared.retryAfterMs, policy);
    }
    if (!policy.work) return ALLOWED;
    const { budget, fields } = policy.work;
    const cost = workCost(payload, fields, budget);
    if (cost === 0) return ALLOWED;
    const work = await this.quota.take(`work:${userId}:${budget.name}`, budget satisfies BucketPolicy, cost);
    return work.allowed ? ALLOWED : this.refuse(name, work.retryAfterMs, policy);
  }

  private refuse(name: string, retryAfterMs: number, policy: RatePolicy): LimitOutcome {
    this.refusals.record(name);
    return { allowed: false, retryAfterMs, policy };
  }
}

function policyFor({ roles }: LimitedUser, { policy, guestPolicy }: Operation): RatePolicy | null {
  return policy === guestPolicy || !roles.includes(GUEST_ROLE) ? policy : guestPolicy;
}

/**
 * The key of a bucket from the `per` fields of a payload. Values that are no short texts fail validation later and share one
 * bucket. Ids that differ only in case are the same id, and share a bucket too.
 */
export function bucketKey({ per }: RatePolicy, payload: unknown): string {
  if (!per || typeof payload !== 'object' || payload === null) return '';
  const parts = per.map((field) => (payload as Record<string, unknown>)[field]);
  return parts.map((value) => (typeof value === 'string' && value.length <= 64 ? value.toLowerCase() : '')).join(':');
}

/** The number of elements in the lists. A value that is no list fails validation later and costs nothing here. */
function workCost(payload: unknown, fields: readonly string[], { burst }: WorkBudget): number {
  if (typeof payload !== 'object' || payload === null) return 0;
  const lists = fields.map((field) => (payload as Record<string, unknown>)[field]);
  const elements = lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  return Math.min(elements, burst);
}
