/**
 * Bytes that others receive because of what one user does, by the generic cell rate algorithm in one number per user.
 * What has been sent cannot be refused any more, so a charge may overdraw the budget; then whatever fans out has to wait
 * until it is positive again. On this node alone: a charge costs two look-ups and no network.
 */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { FAN_OUT_BUDGET, GUEST_ROLE, GUEST_SHARE } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../clock';

const SWEEP_MS = 30_000;
/** Nobody waits longer than this for one operation, however many received it. */
const MOST_DEBT_MS = 60_000;
const MS_PER_BYTE = FAN_OUT_BUDGET.windowMs / FAN_OUT_BUDGET.limit;
const CAPACITY_MS = FAN_OUT_BUDGET.burst * MS_PER_BYTE;

@Injectable()
export class FanOutBudget implements OnModuleInit, OnModuleDestroy {
  /** By user, when the budget will be full again; a user who is not in it has a full one. */
  private readonly fullAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'limitsOn'>,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  get isOn(): boolean {
    return this.config.limitsOn;
  }

  /** Milliseconds until the user may send to others again; 0 for one who may now. */
  waitFor(userId: string, now: number): number {
    const fullAt = this.fullAt.get(userId);
    return fullAt === undefined ? 0 : Math.max(0, Math.ceil(fullAt - now - CAPACITY_MS));
  }

  /** Guests pay a multiple of what they send. */
  charge({ userId, roles }: { userId: string; roles?: readonly string[] }, bytes: number): void {
    if (!this.config.limitsOn || bytes <= 0) return;
    const now = this.clock.now();
    const cost = (bytes * MS_PER_BYTE) / (roles?.includes(GUEST_ROLE) ? GUEST_SHARE : 1);
    const from = Math.max(now, this.fullAt.get(userId) ?? 0);
    this.fullAt.set(userId, Math.min(from + cost, now + CAPACITY_MS + MOST_DEBT_MS));
  }

  sweep(): void {
    const now = this.clock.now();
    for (const [userId, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(userId);
  }
}
