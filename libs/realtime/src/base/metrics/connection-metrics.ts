/** Metrics of connections: opened, ended, refused, closed, recovered, and the bytes that wait to be sent. */
import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';

const CONNECTION_METRIC = {
  connections: 'aeturnis_connections',
  opened: 'aeturnis_connections_opened_total',
  ended: 'aeturnis_connections_ended_total',
  refused: 'aeturnis_handshakes_refused_total',
  closed: 'aeturnis_connections_closed_by_server_total',
  recoveries: 'aeturnis_recoveries_total',
  nodeFull: 'aeturnis_node_full_total',
  highWater: 'aeturnis_write_buffer_high_water_bytes',
  unsent: 'aeturnis_unsent_bytes',
} as const;

export const CONNECTION_METRIC_PROVIDERS = [
  makeGaugeProvider({ name: CONNECTION_METRIC.connections, help: 'Connections open now.' }),
  makeCounterProvider({ name: CONNECTION_METRIC.opened, help: 'Connections opened.' }),
  makeCounterProvider({ name: CONNECTION_METRIC.ended, help: 'Connections ended, by reason.', labelNames: ['reason'] }),
  makeCounterProvider({
    name: CONNECTION_METRIC.refused,
    help: 'Handshakes refused, by code; `transport_…` are refusals by Engine.IO, with its number.',
    labelNames: ['code'],
  }),
  makeCounterProvider({
    name: CONNECTION_METRIC.closed,
    help: 'Connections closed by the server for what they sent or did not read, by code.',
    labelNames: ['code'],
  }),
  makeCounterProvider({
    name: CONNECTION_METRIC.recoveries,
    help: 'Attempts to recover a session, by outcome.',
    labelNames: ['outcome'],
  }),
  makeCounterProvider({
    name: CONNECTION_METRIC.nodeFull,
    help: 'Refusals because this node is full, by resource: connections, guests, rooms.',
    labelNames: ['what'],
  }),
  makeGaugeProvider({
    name: CONNECTION_METRIC.highWater,
    help: 'Highest number of unsent bytes of one connection, measured once a second.',
  }),
  makeGaugeProvider({
    name: CONNECTION_METRIC.unsent,
    help: 'Unsent bytes of all connections of this node, measured once a second.',
  }),
];

@Injectable()
export class ConnectionMetrics {
  constructor(
    @InjectMetric(CONNECTION_METRIC.connections) private readonly connections: Gauge,
    @InjectMetric(CONNECTION_METRIC.opened) private readonly openedTotal: Counter,
    @InjectMetric(CONNECTION_METRIC.ended) private readonly ended: Counter,
    @InjectMetric(CONNECTION_METRIC.refused) private readonly refusedTotal: Counter,
    @InjectMetric(CONNECTION_METRIC.closed) private readonly closedTotal: Counter,
    @InjectMetric(CONNECTION_METRIC.recoveries) private readonly recoveries: Counter,
    @InjectMetric(CONNECTION_METRIC.nodeFull) private readonly nodeFullTotal: Counter,
    @InjectMetric(CONNECTION_METRIC.highWater) private readonly highWater: Gauge,
    @InjectMetric(CONNECTION_METRIC.unsent) private readonly unsent: Gauge,
  ) {}

  recordConnected(): void {
    this.connections.inc();
    this.openedTotal.inc();
  }

  recordDisconnected(reason: string): void {
    this.connections.dec();
    this.ended.inc({ reason });
  }

  recordHandshakeRefused(code: string): void {
    this.refusedTotal.inc({ code });
  }

  recordClosedByServer(code: string): void {
    this.closedTotal.inc({ code });
  }

  recordRecovery(outcome: string): void {
    this.recoveries.inc({ outcome });
  }

  recordNodeFull(what: 'connections' | 'guests' | 'rooms'): void {
    this.nodeFullTotal.inc({ what });
  }

  setWriteBufferHighWater(bytes: number): void {
    this.highWater.set(bytes);
  }

  setUnsentBytes(bytes: number): void {
    this.unsent.set(bytes);
  }
}
