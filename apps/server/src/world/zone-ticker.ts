/** The beat of the zones. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '@aeturnis/realtime';

export const TICK_MS = 100;

@Injectable()
export class ZoneTicker implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private last = 0;
  private readonly listeners: ((tick: number) => void)[] = [];

  constructor(private readonly clock: Clock) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Number of the last tick; nodes whose clocks agree number alike. None comes twice. */
  get current(): number {
    return Math.max(this.last, Math.floor(this.clock.now() / TICK_MS));
  }

  /** In the order in which they were told to listen. */
  onTick(listener: (tick: number) => void): void {
    this.listeners.push(listener);
  }

  private tick(): void {
    // A timer that was late makes up for it: two of its calls may fall into one tenth of a second.
    this.last = Math.max(this.last + 1, Math.floor(this.clock.now() / TICK_MS));
    for (const listener of this.listeners) listener(this.last);
  }
}
