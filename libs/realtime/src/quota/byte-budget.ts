/**
 * A budget of bytes that one user may cause, by the generic cell rate algorithm in one number per user. Sent bytes cannot be
 * refused afterwards, so a charge may overdraw the budget; the user then waits until it is positive again. The budget is
 * local to this node: admission and charge cost one lookup each, and no network access.
 */
import { budgetForGuests, GUEST_ROLE, type Principal, type WorkBudget } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import type { Clock } from '../base/clock';

const SWEEP_MS = 30_000;
/** The longest wait after one operation, no matter how many bytes it caused. */
const MAX_DEBT_MS = 60_000;

class ByteRate {
  readonly msPerByte: number;
  readonly capacityMs: number;

  constructor({ limit, windowMs, burst }: WorkBudget) {
    this.msPerByte = windowMs / limit;
    this.capacityMs = burst * this.msPerByte;
  }
}

interface UserBudget {
  rate: ByteRate;
  /** When the budget will be full again, in milliseconds. */
  fullAt: number;
}

export abstract class ByteBudget {
  /** A user without an entry has a full budget. */
  private readonly budgets = new Map<string, UserBudget>();
  private readonly userRate: ByteRate;
  private readonly guestRate: ByteRate;
  private timer: NodeJS.Timeout | undefined;

  protected constructor(
    budget: WorkBudget,
    private readonly config: Pick<AppConfig, 'hasLimits'>,
    private readonly clock: Clock,
  ) {
    this.userRate = new ByteRate(budget);
    this.guestRate = new ByteRate(budgetForGuests(budget));
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  get isEnabled(): boolean {
    return this.config.hasLimits;
  }

  /** @returns milliseconds until the user may cause more bytes; 0 if the user may now. */
  admit({ userId, roles }: Pick<Principal, 'userId' | 'roles'>, now: number): number {
    let budget = this.budgets.get(userId);
    const rate = roles.includes(GUEST_ROLE) ? this.guestRate : this.userRate;
    if (!budget) this.budgets.set(userId, (budget = { rate, fullAt: now }));
    budget.rate = rate;
    return Math.max(0, Math.ceil(budget.fullAt - now - rate.capacityMs));
  }

  /** Charges bytes at the rate (user or guest) of the preceding `admit`. */
  charge(userId: string, bytes: number): void {
    if (!this.config.hasLimits || bytes <= 0) return;
    const now = this.clock.now();
    let budget = this.budgets.get(userId);
    if (!budget) this.budgets.set(userId, (budget = { rate: this.userRate, fullAt: now }));
    const { rate } = budget;
    const fullAt = Math.max(now, budget.fullAt) + bytes * rate.msPerByte;
    budget.fullAt = Math.min(fullAt, now + rate.capacityMs + MAX_DEBT_MS);
  }

  sweep(): void {
    const now = this.clock.now();
    for (const [userId, { fullAt }] of this.budgets) if (fullAt <= now) this.budgets.delete(userId);
  }
}
