/** Measures this node at the end of each second, by the clock that all nodes share, and keeps 15 minutes of it. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { FiguresSample } from '@aeturnis/contracts';
import { FailureLog } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { type FigureHistory, FigureRing } from './figure-ring';
import { FigureSource } from './figure-source';

const SECOND_MS = 1_000;
/** A timer may fire a little early; the next second would then be measured twice. */
const MARGIN_MS = 10;

type SampleListener = (second: number, sample: FiguresSample) => void;

@Injectable()
export class FigureSampler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly failures = new FailureLog(new Logger(FigureSampler.name));
  private readonly ring = new FigureRing();
  private readonly listeners: SampleListener[] = [];
  /** The last second; undefined before the first. */
  latest: FiguresSample | undefined;
  private lastSecond = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly source: FigureSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // The first reading only notes the totals. Clients come after it, so all that they do is counted.
    await this.source.measure().catch((error: unknown) => this.reportFailure(error));
    this.schedule();
  }

  onModuleDestroy(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** `listener` is called after each second, with that second since 1970. */
  onSample(listener: SampleListener): void {
    this.listeners.push(listener);
  }

  history(from: number, to: number): FigureHistory {
    return this.ring.read(from, to);
  }

  private schedule(): void {
    if (this.isStopped) return;
    const untilNextSecond = SECOND_MS - (this.clock.now() % SECOND_MS) + MARGIN_MS;
    this.timer = setTimeout(() => void this.sample().finally(() => this.schedule()), untilNextSecond).unref();
  }

  private async sample(): Promise<void> {
    const second = Math.floor(this.clock.now() / SECOND_MS) - 1;
    // The shared clock was set back. Measuring now would take what was counted into a second that is recorded already.
    if (second <= this.lastSecond) return;
    this.lastSecond = second;
    try {
      const sample = await this.source.measure();
      this.latest = sample;
      this.ring.record(second, sample);
      for (const listener of this.listeners) listener(second, sample);
    } catch (error) {
      this.reportFailure(error);
    }
  }

  private reportFailure(error: unknown): void {
    this.failures.error({ message: 'figures of this node could not be measured, the second is left out', error });
  }
}
