/** Rate policies as data: token buckets whose capacity is the burst and whose refill is the limit per window. */

/** A bucket that several operations share, because they cause the same kind of work. */
export interface WorkBudget {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  /** At least as much as one operation may cost, so that none is refused for ever. */
  readonly burst: number;
}

export interface RatePolicy {
  /** Tokens that come back in one window. */
  readonly limit: number;
  /** Length of the window in milliseconds. */
  readonly windowMs: number;
  /** Tokens the bucket holds: what may come at once. */
  readonly burst: number;
  /**
   * `node`: one bucket per user on each node, no network. `cluster`: the same bucket first, then one shared by all nodes.
   * Frequent commands use `node`.
   */
  readonly scope: 'node' | 'cluster';
  /** What becomes of a command over the limit: an error, or silence (`{dropped:true}` where an ack was asked). */
  readonly excess: 'refuse' | 'drop';
  /** Payload fields that split the bucket, so that each channel or target has its own. */
  readonly per?: readonly string[];
  /** The operation also takes one token of this budget for each element of these payload fields. */
  readonly work?: { readonly budget: WorkBudget; readonly fields: readonly string[] };
  /** What others receive because of the operation is charged to its user's fan-out budget; refused while that is overdrawn. */
  readonly fansOut?: boolean;
  /** Guests get `GUEST_SHARE` of limit and burst. */
  readonly tightForGuests?: boolean;
}

type Extras = Partial<Omit<RatePolicy, 'limit' | 'windowMs'>>;

/** `rate(10, 60)` is ten a minute; the burst equals the limit unless told. */
export function rate(limit: number, seconds: number, extras: Extras = {}): RatePolicy {
  return { limit, windowMs: seconds * 1000, burst: limit, scope: 'node', excess: 'refuse', ...extras };
}

/** What a command without a policy of its own gets. */
export const DEFAULT_POLICY = rate(60, 60, { burst: 30 });

/** Of all reading HTTP routes of a user together that are no twin of a command. */
export const READ_POLICY = rate(120, 60, { burst: 60 });

/** All events of one connection together; a sustained breach closes it. */
export const CONNECTION_POLICY = rate(30, 1, { burst: 60 });

/** How many users one user may bring into conversations, one by one or a hundred at once. */
export const PEOPLE_BUDGET: WorkBudget = { name: 'conversation:people', limit: 100, windowMs: 60_000, burst: 100 };

/** How many direct conversations one user may begin that did not exist. */
export const NEW_DIRECT_BUDGET: WorkBudget = {
  name: 'conversation:new-direct',
  limit: 20,
  windowMs: 3_600_000,
  burst: 10,
};

/**
 * Bytes that others receive because of what one user does, estimated: receivers × size of the event. An operation is
 * refused only while the budget is overdrawn, so a single large one always passes, and what it costs is waited for after it.
 */
export const FAN_OUT_BUDGET: WorkBudget = {
  name: 'fan-out:bytes',
  limit: 12_000_000,
  windowMs: 60_000,
  burst: 4_000_000,
};

/**
 * Bytes that one user is answered over HTTP. A request is refused only while the budget is overdrawn, so a single large
 * answer always passes.
 */
export const ANSWER_BUDGET: WorkBudget = {
  name: 'http:answer-bytes',
  limit: 24_000_000,
  windowMs: 60_000,
  burst: 4_000_000,
};

/** Making a guest costs nothing, so guests get only a part of what makes work for others. The one place of that factor. */
export const GUEST_SHARE = 0.5;
export const GUEST_ROLE = 'guest';

/** The policy as it holds for guests. */
export function policyForGuests(policy: RatePolicy): RatePolicy {
  if (!policy.tightForGuests && !policy.work) return policy;
  const { limit, burst, work } = policy;
  const own = policy.tightForGuests ? { limit: share(limit), burst: share(burst) } : {};
  return { ...policy, ...own, ...(work ? { work: { ...work, budget: budgetForGuests(work.budget) } } : {}) };
}

/** A budget keeps its burst for guests: it has to hold the most that one operation may cost. */
export function budgetForGuests(budget: WorkBudget): WorkBudget {
  return { ...budget, limit: share(budget.limit) };
}

const share = (amount: number): number => Math.max(1, Math.floor(amount * GUEST_SHARE));
