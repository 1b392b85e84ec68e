/** Metrics of event delivery: the lag of the journal, its pending entries, dropped events and announced gaps. */
import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';

/**
 * Why other nodes never receive an entry: this node dropped the oldest event or the oldest order of a full backlog, or the
 * journal that it was appended to has been replaced. The values are labels of a metric.
 */
export type EventLossReason = 'event_given_up' | 'order_given_up' | 'journal_replaced';

/** The entries that this node has emitted and not received back from the journal. */
export interface JournalBacklog {
  readonly pendingEntries: number;
  readonly pendingBytes: number;
  /** The pending entries that have not been appended yet. */
  readonly unsentEntries: number;
  readonly unsentBytes: number;
  /** Age of the oldest pending entry, in milliseconds. */
  readonly lateMs: number;
}

export interface JournalLag extends JournalBacklog {
  /** By how many entries this node was behind the journal at the last check. */
  readonly behindEntries: number;
}

const DELIVERY_METRIC = {
  pending: 'aeturnis_journal_pending_entries',
  pendingBytes: 'aeturnis_journal_pending_bytes',
  unsent: 'aeturnis_journal_unsent_entries',
  unsentBytes: 'aeturnis_journal_unsent_bytes',
  late: 'aeturnis_journal_late_seconds',
  behind: 'aeturnis_journal_behind_entries',
  dropped: 'aeturnis_deliveries_dropped_total',
  gaps: 'aeturnis_gaps_announced_total',
} as const;

/** Why a client is notified of possibly missing events: by `system:resync`, or by `system:error` with `DEGRADED`. */
export type AnnouncedGap = 'lost' | 'trimmed' | 'epoch' | 'degraded';
export type DroppedDelivery = EventLossReason | 'volatile';

const DROP_REASONS: readonly DroppedDelivery[] = ['event_given_up', 'order_given_up', 'journal_replaced', 'volatile'];
const GAP_REASONS: readonly AnnouncedGap[] = ['lost', 'trimmed', 'epoch', 'degraded'];

export const DELIVERY_METRIC_PROVIDERS = [
  makeGaugeProvider({
    name: DELIVERY_METRIC.pending,
    help: 'Events that this node has emitted and not received from the journal yet.',
  }),
  makeGaugeProvider({
    name: DELIVERY_METRIC.pendingBytes,
    help: 'Bytes of the events that this node has not received from the journal yet.',
  }),
  makeGaugeProvider({ name: DELIVERY_METRIC.unsent, help: 'Events that wait to be appended to the journal.' }),
  makeGaugeProvider({ name: DELIVERY_METRIC.unsentBytes, help: 'Bytes that wait to be appended to the journal.' }),
  makeGaugeProvider({
    name: DELIVERY_METRIC.late,
    help: 'Age of the oldest event that this node has emitted and not received from the journal yet.',
  }),
  makeGaugeProvider({
    name: DELIVERY_METRIC.behind,
    help: 'Journal entries that this node had not received at its last check.',
  }),
  makeCounterProvider({
    name: DELIVERY_METRIC.dropped,
    help: 'Events that some or all receivers do not get, by reason.',
    labelNames: ['reason'],
  }),
  makeCounterProvider({
    name: DELIVERY_METRIC.gaps,
    help: 'Connections notified that events may be missing, by reason.',
    labelNames: ['reason'],
  }),
];

@Injectable()
export class DeliveryMetrics {
  constructor(
    @InjectMetric(DELIVERY_METRIC.pending) private readonly pending: Gauge,
    @InjectMetric(DELIVERY_METRIC.pendingBytes) private readonly pendingBytes: Gauge,
    @InjectMetric(DELIVERY_METRIC.unsent) private readonly unsent: Gauge,
    @InjectMetric(DELIVERY_METRIC.unsentBytes) private readonly unsentBytes: Gauge,
    @InjectMetric(DELIVERY_METRIC.late) private readonly late: Gauge,
    @InjectMetric(DELIVERY_METRIC.behind) private readonly behind: Gauge,
    @InjectMetric(DELIVERY_METRIC.dropped) private readonly droppedTotal: Counter<'reason'>,
    @InjectMetric(DELIVERY_METRIC.gaps) private readonly gaps: Counter<'reason'>,
  ) {
    // Initialised with 0: `rate()` needs a series before the first failure.
    for (const reason of DROP_REASONS) droppedTotal.inc({ reason }, 0);
    for (const reason of GAP_REASONS) gaps.inc({ reason }, 0);
  }

  recordDropped(reason: DroppedDelivery): void {
    this.droppedTotal.inc({ reason });
  }

  recordVolatileDropped(): void {
    this.recordDropped('volatile');
  }

  recordGapAnnounced(reason: AnnouncedGap): void {
    this.gaps.inc({ reason });
  }

  setJournalLag(lag: JournalLag): void {
    this.pending.set(lag.pendingEntries);
    this.pendingBytes.set(lag.pendingBytes);
    this.unsent.set(lag.unsentEntries);
    this.unsentBytes.set(lag.unsentBytes);
    this.late.set(lag.lateMs / 1_000);
    this.behind.set(lag.behindEntries);
  }
}
