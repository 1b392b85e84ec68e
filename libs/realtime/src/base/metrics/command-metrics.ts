/** Metrics of commands, by event and error code. */
import { Injectable } from '@nestjs/common';
import { getToken, InjectMetric, makeCounterProvider } from '@willsoto/nestjs-prometheus';
import { DURATION_BUCKETS } from '@aeturnis/platform';
import type { Counter } from 'prom-client';
import { getOrRegister, PlainCounter, plainCounterProvider, PlainHistogram } from './plain-metrics';

const COMMAND_METRIC = {
  durations: 'aeturnis_command_duration_seconds',
  commands: 'aeturnis_commands_total',
  seconds: 'aeturnis_command_seconds_total',
  errors: 'aeturnis_command_errors_total',
} as const;

const DURATIONS = {
  name: COMMAND_METRIC.durations,
  help: 'Time from the arrival of a command to its answer, of all commands.',
};
const COMMANDS = { name: COMMAND_METRIC.commands, help: 'Commands answered, by event.', label: 'event' };
const SECONDS = {
  name: COMMAND_METRIC.seconds,
  help: 'Time from the arrival of commands to their answers, summed up by event.',
  label: 'event',
};

export const COMMAND_METRIC_PROVIDERS = [
  {
    provide: getToken(COMMAND_METRIC.durations),
    useFactory: () => getOrRegister(COMMAND_METRIC.durations, () => new PlainHistogram(DURATIONS, DURATION_BUCKETS)),
  },
  plainCounterProvider(COMMANDS),
  plainCounterProvider(SECONDS),
  makeCounterProvider({
    name: COMMAND_METRIC.errors,
    help: 'Commands that failed or were dropped, by event and code.',
    labelNames: ['event', 'code'],
  }),
];

@Injectable()
export class CommandMetrics {
  constructor(
    @InjectMetric(COMMAND_METRIC.durations) private readonly durations: PlainHistogram,
    @InjectMetric(COMMAND_METRIC.commands) private readonly commands: PlainCounter,
    @InjectMetric(COMMAND_METRIC.seconds) private readonly seconds: PlainCounter,
    @InjectMetric(COMMAND_METRIC.errors) private readonly errors: Counter,
  ) {}

  /** `event` must be a contract name or `unknown`; `outcome` is `ok`, `dropped` or an error code. */
  recordCommand(event: string, outcome: string, tookMs: number): void {
    const seconds = tookMs / 1000;
    this.durations.observe(seconds);
    this.commands.inc(event);
    this.seconds.inc(event, seconds);
    if (outcome !== 'ok') this.errors.inc({ event, code: outcome });
  }

  /** The same values by event, for consumers that do not use Prometheus. */
  async statsByEvent(): Promise<Record<string, { count: number; meanMs: number; errors: Record<string, number> }>> {
    const [commands, seconds, errors] = await Promise.all([this.commands.get(), this.seconds.get(), this.errors.get()]);
    const stats: Record<string, { count: number; meanMs: number; errors: Record<string, number> }> = {};
    const statsOf = (event: string): { count: number; meanMs: number; errors: Record<string, number> } =>
      (stats[event] ??= { count: 0, meanMs: 0, errors: {} });
    for (const { labels, value } of commands.values) statsOf(String(labels['event'])).count = value;
    for (const { labels, value } of seconds.values) {
      const eventStats = statsOf(String(labels['event']));
      eventStats.meanMs = eventStats.count > 0 ? (value * 1000) / eventStats.count : 0;
    }
    for (const { labels, value } of errors.values)
      statsOf(String(labels['event'])).errors[String(labels['code'])] = value;
    return stats;
  }
}
