/** Calls the listeners of the zone tick, ten times a second. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '@aeturnis/realtime';

export const TICK_MS = 100;

@Injectable()
export class ZoneTicker implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  /** 0 before the first one: by then the clock is set by the database. */
  private lastTick = 0;
  private readonly listeners: ((tick: number) => void)[] = [];

  constructor(private readonly clock: Clock) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Number of the last tick that has run: all later moves have a higher one. Nodes with equal clocks have equal numbers. */
  get currentTick(): number {
    return this.lastTick === 0 ? this.tickByClock : this.lastTick;
  }

  /** Listeners run in the order of their registration. */
  onTick(listener: (tick: number) => void): void {
    this.listeners.push(listener);
  }

  private tick(): void {
    // A late timer catches up, so two calls may fall into one interval; each still gets its own number.
    this.lastTick = Math.max(this.lastTick + 1, this.tickByClock);
    for (const listener of this.listeners) listener(this.lastTick);
  }

  private get tickByClock(): number {
    return Math.floor(this.clock.now() / TICK_MS);
  }
}
