/**
 * Bytes that are sent because of what one user does, by the generic cell rate algorithm in one number per user. What has
 * been sent cannot be refused any more, so a charge may overdraw the budget; then the user has to wait until it is positive
 * again. On this node alone: admission and charge cost a look-up each, and no network.
 */
import { budgetForGuests, GUEST_ROLE, type Principal, type WorkBudget } from '@aeturnis/contracts';
import type { AppConfig } from '@aeturnis/platform';
import type { Clock } from '../clock';

const SWEEP_MS = 30_000;
/** Nobody waits longer than this for one operation, however much it sent. */
const MOST_DEBT_MS = 60_000;

class Rate {
  readonly msPerByte: number;
  readonly capacityMs: number;

  constructor({ limit, windowMs, burst }: WorkBudget) {
    this.msPerByte = windowMs / limit;
    this.capacityMs = burst * this.msPerByte;
  }
}

interface Account {
  rate: Rate;
  /** When the budget will be full again, in milliseconds. */
  fullAt: number;
}

export abstract class ByteBudget {
  /** A user who is not in it has a full budget. */
  private readonly accounts = new Map<string, Account>();
  private readonly usual: Rate;
  private readonly forGuests: Rate;
  private timer: NodeJS.Timeout | undefined;

  protected constructor(
    budget: WorkBudget,
    private readonly config: Pick<AppConfig, 'limitsOn'>,
    private readonly clock: Clock,
  ) {
    this.usual = new Rate(budget);
    this.forGuests = new Rate(budgetForGuests(budget));
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  get isOn(): boolean {
    return this.config.limitsOn;
  }

  /** @returns milliseconds until the user may cause more; 0 for one who may now. */
  admit({ userId, roles }: Pick<Principal, 'userId' | 'roles'>, now: number): number {
    let account = this.accounts.get(userId);
    const rate = roles.includes(GUEST_ROLE) ? this.forGuests : this.usual;
    if (!account) this.accounts.set(userId, (account = { rate, fullAt: now }));
    account.rate = rate;
    return Math.max(0, Math.ceil(account.fullAt - now - rate.capacityMs));
  }

  /** By the rate of the admission before it. */
  charge(userId: string, bytes: number): void {
    if (!this.config.limitsOn || bytes <= 0) return;
    const now = this.clock.now();
    let account = this.accounts.get(userId);
    if (!account) this.accounts.set(userId, (account = { rate: this.usual, fullAt: now }));
    const { rate } = account;
    const fullAt = Math.max(now, account.fullAt) + bytes * rate.msPerByte;
    account.fullAt = Math.min(fullAt, now + rate.capacityMs + MOST_DEBT_MS);
  }

  sweep(): void {
    const now = this.clock.now();
    for (const [userId, { fullAt }] of this.accounts) if (fullAt <= now) this.accounts.delete(userId);
  }
}
