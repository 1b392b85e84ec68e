/** Keeps commands within the server's rate policies, so that an honest client is never refused for its pace. */
import type { RatePolicy } from '@aeturnis/contracts';
import type { ClientClock } from '../base/clock';

export type Policy = Pick<RatePolicy, 'limit' | 'windowMs' | 'burst' | 'per' | 'excess'>;

/** Buckets of many targets, such as conversations: full ones are removed beyond this number. */
const MAX_BUCKETS = 500;

interface Bucket {
  /** Below zero for reservations of the future. */
  tokens: number;
  filledAt: number;
}

/** As `GET /api/realtime/policies` answers; null for a command without a limit. */
export interface Policies {
  readonly commands: Readonly<Record<string, Policy | null>>;
  /** The policies that are tighter for guests. */
  readonly guests: Readonly<Record<string, Policy | null>>;
}

export class Pacer {
  /** Whether the user is a guest. */
  isGuest = false;
  private policies: Policies | undefined;
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly clock: ClientClock) {}

  get hasPolicies(): boolean {
    return this.policies !== undefined;
  }

  /** Until it is called nothing is held back. */
  usePolicies(policies: Policies): void {
    this.policies = policies;
    this.reset();
  }

  /** The server counts each user by itself. */
  reset(): void {
    this.buckets.clear();
  }

  /** Takes a token that may lie in the future, but no further than this. @returns the milliseconds until it is there. */
  reserve(command: string, payload: object, maxWaitMs: number): number {
    const policy = this.policyOf(command);
    if (!policy || policy.excess === 'drop') return 0;
    const bucket = this.refilled(policy, keyOf(command, policy, payload));
    const waitMs = Math.max(0, Math.ceil(((1 - bucket.tokens) * policy.windowMs) / policy.limit));
    if (waitMs <= maxWaitMs) bucket.tokens -= 1;
    return waitMs;
  }

  /** For commands whose excess is dropped. */
  tryTake(command: string, payload: object): boolean {
    const policy = this.policyOf(command);
    if (!policy) return true;
    const bucket = this.refilled(policy, keyOf(command, policy, payload));
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  private policyOf(command: string): Policy | null | undefined {
    return (this.isGuest ? this.policies?.guests[command] : undefined) ?? this.policies?.commands[command];
  }

  private refilled(policy: Policy, key: string): Bucket {
    const now = this.clock.now();
    const bucket = this.buckets.get(key) ?? { tokens: policy.burst, filledAt: now };
    // The clock of a device may be set back.
    const elapsed = Math.max(0, now - bucket.filledAt);
    bucket.tokens = Math.min(policy.burst, bucket.tokens + (elapsed * policy.limit) / policy.windowMs);
    bucket.filledAt = now;
    this.buckets.set(key, bucket);
    if (this.buckets.size > MAX_BUCKETS) this.removeIdle(now);
    return bucket;
  }

  private removeIdle(now: number): void {
    for (const [key, { filledAt }] of this.buckets) if (now - filledAt > 60_000) this.buckets.delete(key);
  }
}

function keyOf(command: string, { per = [] }: Policy, payload: object): string {
  const fields = payload as Record<string, unknown>;
  return [command, ...per.map((field) => String(fields[field]))].join(' ');
}
