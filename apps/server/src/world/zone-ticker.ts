/** Calls the listeners of the zone tick, ten times a second. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '@aeturnis/realtime';

export const TICK_MS = 100;

@Injectable()
export class ZoneTicker implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private lastTick = 0;
  private readonly listeners: ((tick: number) => void)[] = [];

  constructor(private readonly clock: Clock) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Number of the last tick. Nodes with equal clocks have equal numbers; no number repeats. */
  get currentTick(): number {
    return Math.max(this.lastTick, Math.floor(this.clock.now() / TICK_MS));
  }

  /** Listeners run in the order of their registration. */
  onTick(listener: (tick: number) => void): void {
    this.listeners.push(listener);
  }

  private tick(): void {
    // A late timer catches up, so two calls may fall into one interval; each still gets its own number.
    this.lastTick = Math.max(this.lastTick + 1, Math.floor(this.clock.now() / TICK_MS));
    for (const listener of this.listeners) listener(this.lastTick);
  }
}
