/** What is counted about sockets. Labels hold names of the contract and codes of the catalogue, never ids. */
import { type FactoryProvider, Injectable } from '@nestjs/common';
import { getToken, InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { DURATION_BUCKETS, type RedisService } from '@aeturnis/platform';
import type { Counter, Gauge } from 'prom-client';
import { PlainCounter, PlainHistogram, registered } from './plain-metrics';

export const METRIC = {
  connections: 'aeturnis_connections',
  opened: 'aeturnis_connections_opened_total',
  ended: 'aeturnis_connections_ended_total',
  refused: 'aeturnis_handshakes_refused_total',
  durations: 'aeturnis_command_duration_seconds',
  commands: 'aeturnis_commands_total',
  seconds: 'aeturnis_command_seconds_total',
  errors: 'aeturnis_command_errors_total',
  emitted: 'aeturnis_events_emitted_total',
  nobody: 'aeturnis_events_to_nobody_total',
  rooms: 'aeturnis_rooms',
  redisConfigured: 'aeturnis_redis_configured',
  redisUp: 'aeturnis_redis_up',
  joins: 'aeturnis_room_joins_total',
  adapterFailures: 'aeturnis_adapter_failures_total',
  quotaFallbacks: 'aeturnis_quota_fallbacks_total',
  closed: 'aeturnis_connections_closed_by_server_total',
  highWater: 'aeturnis_write_buffer_high_water_bytes',
  unsent: 'aeturnis_unsent_bytes',
  recoveries: 'aeturnis_recoveries_total',
  memberships: 'aeturnis_room_memberships',
  nodeFull: 'aeturnis_node_full_total',
} as const;

const DURATIONS = {
  name: METRIC.durations,
  help: 'Time from the arrival of a command to its answer, of all commands.',
};
const COMMANDS = { name: METRIC.commands, help: 'Commands answered, by event.', label: 'event' };
const SECONDS = {
  name: METRIC.seconds,
  help: 'Time from the arrival of commands to their answers, summed up by event.',
  label: 'event',
};
const EMITTED = { name: METRIC.emitted, help: 'Events emitted to rooms, by event.', label: 'event' };

const counter = (options: ConstructorParameters<typeof PlainCounter>[0]): FactoryProvider<PlainCounter> => ({
  provide: getToken(options.name),
  useFactory: () => registered(options.name, () => new PlainCounter(options)),
});

export const METRIC_PROVIDERS = [
  makeGaugeProvider({ name: METRIC.connections, help: 'Connections open now.' }),
  makeCounterProvider({ name: METRIC.opened, help: 'Connections opened.' }),
  makeCounterProvider({ name: METRIC.ended, help: 'Connections ended, by reason.', labelNames: ['reason'] }),
  makeCounterProvider({
    name: METRIC.refused,
    help: 'Handshakes refused, by code; `transport_…` are refusals by Engine.IO, with its number.',
    labelNames: ['code'],
  }),
  {
    provide: getToken(METRIC.durations),
    useFactory: () => registered(METRIC.durations, () => new PlainHistogram(DURATIONS, DURATION_BUCKETS)),
  },
  counter(COMMANDS),
  counter(SECONDS),
  makeCounterProvider({
    name: METRIC.errors,
    help: 'Commands not done, by event and code.',
    labelNames: ['event', 'code'],
  }),
  counter(EMITTED),
  makeCounterProvider({ name: METRIC.nobody, help: 'Events emitted to rooms without members.' }),
  makeGaugeProvider({ name: METRIC.rooms, help: 'Rooms with members on this node, by kind.', labelNames: ['kind'] }),
  makeGaugeProvider({ name: METRIC.redisConfigured, help: '1 where REDIS_URL is set; 0 for a node by itself.' }),
  makeGaugeProvider({
    name: METRIC.redisUp,
    help: '1 while Redis can be used, 0 while it cannot; absent where it is not configured.',
  }),
  makeCounterProvider({ name: METRIC.joins, help: 'Rooms joined.' }),
  makeCounterProvider({ name: METRIC.adapterFailures, help: 'Calls to Redis by the adapter that failed.' }),
  makeCounterProvider({
    name: METRIC.quotaFallbacks,
    help: 'Quotas that a node decided alone because Redis did not answer.',
  }),
  makeCounterProvider({
    name: METRIC.closed,
    help: 'Connections closed by the server for what they sent or did not read, by code.',
    labelNames: ['code'],
  }),
  makeGaugeProvider({
    name: METRIC.highWater,
    help: 'Most bytes that wait to be sent on one connection, of the last second.',
  }),
  makeGaugeProvider({
    name: METRIC.unsent,
    help: 'Bytes that wait to be sent on all connections of this node, as of the last second.',
  }),
  makeCounterProvider({
    name: METRIC.recoveries,
    help: 'Clients that came back with a session, by how that ended.',
    labelNames: ['outcome'],
  }),
  makeGaugeProvider({
    name: METRIC.memberships,
    help: 'Rooms of all connections of this node, counted once for each connection in them.',
  }),
  makeCounterProvider({
    name: METRIC.nodeFull,
    help: 'What this node refused because it is full, by what there was too much of: connections, guests, rooms.',
    labelNames: ['what'],
  }),
];

@Injectable()
export class SocketMetrics {
  constructor(
    @InjectMetric(METRIC.connections) private readonly connections: Gauge,
    @InjectMetric(METRIC.opened) private readonly openedTotal: Counter,
    @InjectMetric(METRIC.ended) private readonly ended: Counter,
    @InjectMetric(METRIC.refused) private readonly refusedTotal: Counter,
    @InjectMetric(METRIC.durations) private readonly durations: PlainHistogram,
    @InjectMetric(METRIC.commands) private readonly commands: PlainCounter,
    @InjectMetric(METRIC.seconds) private readonly seconds: PlainCounter,
    @InjectMetric(METRIC.errors) private readonly errors: Counter,
    @InjectMetric(METRIC.emitted) private readonly emittedTotal: PlainCounter,
    @InjectMetric(METRIC.nobody) private readonly nobody: Counter,
    @InjectMetric(METRIC.rooms) private readonly rooms: Gauge,
    @InjectMetric(METRIC.redisConfigured) private readonly redisConfigured: Gauge,
    @InjectMetric(METRIC.redisUp) private readonly redisUp: Gauge,
    @InjectMetric(METRIC.joins) private readonly joins: Counter,
    @InjectMetric(METRIC.adapterFailures) private readonly adapterFailures: Counter,
    @InjectMetric(METRIC.quotaFallbacks) private readonly quotaFallbacks: Counter,
    @InjectMetric(METRIC.closed) private readonly closedTotal: Counter,
    @InjectMetric(METRIC.highWater) private readonly highWater: Gauge,
    @InjectMetric(METRIC.unsent) private readonly unsent: Gauge,
    @InjectMetric(METRIC.recoveries) private readonly recoveries: Counter,
    @InjectMetric(METRIC.memberships) private readonly memberships: Gauge,
    @InjectMetric(METRIC.nodeFull) private readonly nodeFullTotal: Counter,
  ) {}

  connected(): void {
    this.connections.inc();
    this.openedTotal.inc();
  }

  disconnected(reason: string): void {
    this.connections.dec();
    this.ended.inc({ reason });
  }

  refused(code: string): void {
    this.refusedTotal.inc({ code });
  }

  /** `event` must be a name of the contract, or `unknown`; `outcome` is `ok`, `dropped` or an error code. */
  command(event: string, outcome: string, tookMs: number): void {
    const seconds = tookMs / 1000;
    this.durations.observe(seconds);
    this.commands.inc(event);
    this.seconds.inc(event, seconds);
    if (outcome !== 'ok') this.errors.inc({ event, code: outcome });
  }

  emitted(event: string): void {
    this.emittedTotal.inc(event);
  }

  emittedToNobody(): void {
    this.nobody.inc();
  }

  roomJoined(rooms = 1): void {
    this.joins.inc(rooms);
  }

  nodeFull(what: 'connections' | 'guests' | 'rooms'): void {
    this.nodeFullTotal.inc({ what });
  }

  roomMemberships(held: number): void {
    this.memberships.set(held);
  }

  /** Kinds that have no room any more are forgotten. */
  roomsByKind(counts: Record<string, number>): void {
    this.rooms.reset();
    for (const [kind, count] of Object.entries(counts)) this.rooms.set({ kind }, count);
  }

  redis({ state, trouble }: Pick<RedisService, 'state' | 'trouble'>): void {
    this.redisConfigured.set(state === 'off' ? 0 : 1);
    if (state === 'off') this.redisUp.remove();
    else this.redisUp.set(state === 'up' && trouble === null ? 1 : 0);
  }

  adapterFailure(): void {
    this.adapterFailures.inc();
  }

  quotaFallback(): void {
    this.quotaFallbacks.inc();
  }

  closedFor(code: string): void {
    this.closedTotal.inc({ code });
  }

  writeBufferHighWater(bytes: number): void {
    this.highWater.set(bytes);
  }

  unsentBytes(bytes: number): void {
    this.unsent.set(bytes);
  }

  recovery(outcome: string): void {
    this.recoveries.inc({ outcome });
  }

  /** The same figures by event, for people and scripts that do not speak Prometheus. */
  async byEvent(): Promise<Record<string, { count: number; meanMs: number; errors: Record<string, number> }>> {
    const [commands, seconds, errors] = await Promise.all([this.commands.get(), this.seconds.get(), this.errors.get()]);
    const figures: Record<string, { count: number; meanMs: number; errors: Record<string, number> }> = {};
    const of = (event: string): { count: number; meanMs: number; errors: Record<string, number> } =>
      (figures[event] ??= { count: 0, meanMs: 0, errors: {} });
    for (const { labels, value } of commands.values) of(String(labels['event'])).count = value;
    for (const { labels, value } of seconds.values) {
      const figure = of(String(labels['event']));
      figure.meanMs = figure.count > 0 ? (value * 1000) / figure.count : 0;
    }
    for (const { labels, value } of errors.values) of(String(labels['event'])).errors[String(labels['code'])] = value;
    return figures;
  }
}
