/** Measures one second of this node, from the metrics that it exposes to Prometheus. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FiguresSample } from '@aeturnis/contracts';
import { ConnectionRegistry } from '@aeturnis/realtime';
import { histogramQuantile } from './histogram-quantile';
import { MetricIncreases } from './metric-increases';

const LOOP_RESOLUTION_MS = 20;
const NANOSECONDS_PER_MS = 1e6;

@Injectable()
export class FigureSource implements OnModuleDestroy {
  // Not that of the default metrics, which every reading resets.
  private readonly loop: IntervalHistogram = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  private readonly metrics = new MetricIncreases();
  private lastReadAt = performance.now();

  constructor(private readonly connections: ConnectionRegistry) {
    this.loop.enable();
  }

  onModuleDestroy(): void {
    this.loop.disable();
  }

  /** Covers the time since the last call, usually a second; rates are divided by that time. */
  async measure(): Promise<FiguresSample> {
    const { metrics } = this;
    const now = performance.now();
    const seconds = Math.max(0.001, (now - this.lastReadAt) / 1_000);
    this.lastReadAt = now;
    const { rss, heapUsed } = process.memoryUsage();
    const eventLoopP99Ms = this.eventLoopDelay();
    const handlers = await metrics.histogram('aeturnis_command_duration_seconds');
    const roundTrips = await metrics.histogram('aeturnis_redis_round_trip_seconds');
    const commits = await metrics.histogram('aeturnis_database_commit_seconds');
    const drops = await metrics.counterBy('reason', 'aeturnis_deliveries_dropped_total');
    const perSecond = (increase: number): number => increase / seconds;
    const byLabel = async (label: string, name: string): Promise<Record<string, number>> =>
      mapValues(await metrics.counterBy(label, name), perSecond);
    return {
      connections: this.connections.size,
      users: this.connections.userCount,
      commands: perSecond(handlers.count),
      events: perSecond(await metrics.counter('aeturnis_events_emitted_total')),
      handlerP50Ms: milliseconds(histogramQuantile(handlers, 0.5)),
      handlerP95Ms: milliseconds(histogramQuantile(handlers, 0.95)),
      handlerP99Ms: milliseconds(histogramQuantile(handlers, 0.99)),
      eventLoopP99Ms,
      writeBufferBytes: await metrics.gauge('aeturnis_write_buffer_high_water_bytes'),
      volatileDrops: perSecond(drops['volatile'] ?? 0),
      refusals: perSecond(await metrics.counter('aeturnis_handshakes_refused_total')),
      residentBytes: rss,
      heapBytes: heapUsed,
      redisRoundTripMs: roundTrips.count > 0 ? milliseconds(roundTrips.sum / roundTrips.count) : null,
      poolWaiting: await metrics.gauge('aeturnis_database_pool_waiting'),
      commitP95Ms: milliseconds(histogramQuantile(commits, 0.95)),
      recoveries: await byLabel('outcome', 'aeturnis_recoveries_total'),
      errors: await byLabel('code', 'aeturnis_command_errors_total'),
      movesRefused: await byLabel('reason', 'aeturnis_moves_refused_total'),
    };
  }

  /** The histogram holds the intervals of a timer, so a loop that is never late has its resolution. */
  private eventLoopDelay(): number | null {
    const { loop } = this;
    const p99 = loop.count > 0 ? loop.percentile(99) / NANOSECONDS_PER_MS - LOOP_RESOLUTION_MS : null;
    loop.reset();
    return p99 === null ? null : Math.max(0, rounded(p99));
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const milliseconds = (seconds: number | null): number | null => (seconds === null ? null : rounded(seconds * 1_000));
const mapValues = (values: Record<string, number>, change: (value: number) => number): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, rounded(change(value))]));
