/** Rate policies: token buckets whose capacity is the burst and whose refill is the limit per window. */

/** A token bucket that several operations share, because they cause the same kind of work. */
export interface WorkBudget {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  /** At least the highest cost of one operation; an operation that costs more would always be refused. */
  readonly burst: number;
}

export interface RatePolicy {
  /** Tokens that are refilled in one window. */
  readonly limit: number;
  /** Length of the window in milliseconds. */
  readonly windowMs: number;
  /** The capacity of the bucket: how many operations may come at once. */
  readonly burst: number;
  /**
   * `node`: one bucket per user on each node, without network access. `cluster`: that bucket first, then one shared by
   * all nodes. Frequent commands use `node`.
   */
  readonly scope: 'node' | 'cluster';
  /** A command over the limit is answered by an error, or dropped (answered `{dropped:true}` if an ack was requested). */
  readonly excess: 'refuse' | 'drop';
  /** Payload fields that split the bucket, so that each channel or target has a bucket of its own. */
  readonly per?: readonly string[];
  /** The operation also takes one token of this budget for each element of these payload fields. */
  readonly work?: { readonly budget: WorkBudget; readonly fields: readonly string[] };
  /** The bytes that others receive are charged to the user's fan-out budget; the operation is refused while it is overdrawn. */
  readonly fansOut?: boolean;
  /** Guests get `GUEST_SHARE` of limit and burst. */
  readonly tightForGuests?: boolean;
}

type PolicyExtras = Partial<Omit<RatePolicy, 'limit' | 'windowMs'>>;

/** `rate(10, 60)` is ten a minute; the burst equals the limit unless `extras` has one. */
export function rate(limit: number, seconds: number, extras: PolicyExtras = {}): RatePolicy {
  return { limit, windowMs: seconds * 1000, burst: limit, scope: 'node', excess: 'refuse', ...extras };
}

/** The policy of a command that declares none. */
export const DEFAULT_POLICY = rate(60, 60, { burst: 30 });

/** Shared by all reading HTTP routes of a user that do not correspond to a command. */
export const READ_POLICY = rate(120, 60, { burst: 60 });

/** For all events of one connection together; a sustained breach closes the connection. */
export const CONNECTION_POLICY = rate(30, 1, { burst: 60 });

/** How many users one user may add to conversations, one by one or a hundred at once. */
export const ADDED_MEMBERS_BUDGET: WorkBudget = {
  name: 'conversation:people',
  limit: 100,
  windowMs: 60_000,
  burst: 100,
};

/** Traits of a change of a conversation that every member receives. */
export const CONVERSATION_CHANGE_TRAITS = { fansOut: true, tightForGuests: true, scope: 'cluster' } as const;

/** How many new direct conversations one user may create. */
export const NEW_DIRECT_CONVERSATIONS_BUDGET: WorkBudget = {
  name: 'conversation:new-direct',
  limit: 20,
  windowMs: 3_600_000,
  burst: 10,
};

/**
 * Bytes that others receive because of one user's operations, estimated as receivers × size of the event. An operation is
 * refused only while the budget is overdrawn: a single large one always passes, and the user waits after it.
 */
export const FAN_OUT_BUDGET: WorkBudget = {
  name: 'fan-out:bytes',
  limit: 12_000_000,
  windowMs: 60_000,
  burst: 4_000_000,
};

/**
 * Bytes of HTTP answers to one user. A request is refused only while the budget is overdrawn, so a single large answer
 * always passes.
 */
export const HTTP_RESPONSE_BUDGET: WorkBudget = {
  name: 'http:answer-bytes',
  limit: 24_000_000,
  windowMs: 60_000,
  burst: 4_000_000,
};

/** Guest accounts are free to create, so guests get only this share of the limits on work for others. */
export const GUEST_SHARE = 0.5;
export const GUEST_ROLE = 'guest';

/** The policy that applies to guests. */
export function policyForGuests(policy: RatePolicy): RatePolicy {
  if (!policy.tightForGuests && !policy.work) return policy;
  const { limit, burst, work } = policy;
  const own = policy.tightForGuests ? { limit: guestShareOf(limit), burst: guestShareOf(burst) } : {};
  return { ...policy, ...own, ...(work ? { work: { ...work, budget: budgetForGuests(work.budget) } } : {}) };
}

/** A budget keeps its burst for guests, because the burst must cover the highest cost of one operation. */
export function budgetForGuests(budget: WorkBudget): WorkBudget {
  return { ...budget, limit: guestShareOf(budget.limit) };
}

const guestShareOf = (amount: number): number => Math.max(1, Math.floor(amount * GUEST_SHARE));
