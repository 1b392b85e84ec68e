/** What is counted about delivery: how late the journal is, what waits for it, and what this node gives up. */
import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import type { GivenUp, JournalLag } from '../recovery/submission-hooks';

const METRIC = {
  pending: 'aeturnis_journal_pending_entries',
  pendingBytes: 'aeturnis_journal_pending_bytes',
  unsent: 'aeturnis_journal_unsent_entries',
  unsentBytes: 'aeturnis_journal_unsent_bytes',
  late: 'aeturnis_journal_late_seconds',
  behind: 'aeturnis_journal_behind_entries',
  dropped: 'aeturnis_deliveries_dropped_total',
  gaps: 'aeturnis_gaps_announced_total',
} as const;

/** Why clients are told that events may be missing: see `system:resync`, and `system:error` with `DEGRADED`. */
export type AnnouncedGap = 'lost' | 'trimmed' | 'epoch' | 'degraded';
export type DroppedDelivery = GivenUp | 'volatile';

const DROPPED: readonly DroppedDelivery[] = ['event_given_up', 'order_given_up', 'journal_replaced', 'volatile'];
const GAPS: readonly AnnouncedGap[] = ['lost', 'trimmed', 'epoch', 'degraded'];

export const DELIVERY_METRIC_PROVIDERS = [
  makeGaugeProvider({
    name: METRIC.pending,
    help: 'Events that this node has emitted and not received from the journal yet.',
  }),
  makeGaugeProvider({
    name: METRIC.pendingBytes,
    help: 'Bytes of the events that this node has not received from the journal yet.',
  }),
  makeGaugeProvider({ name: METRIC.unsent, help: 'Events that wait to be appended to the journal.' }),
  makeGaugeProvider({ name: METRIC.unsentBytes, help: 'Bytes that wait to be appended to the journal.' }),
  makeGaugeProvider({
    name: METRIC.late,
    help: 'For how long the oldest event that this node has emitted has been on its way through the journal.',
  }),
  makeGaugeProvider({
    name: METRIC.behind,
    help: 'Entries that the journal had, and this node had not received, when it last asked.',
  }),
  makeCounterProvider({
    name: METRIC.dropped,
    help: 'Events that some or all receivers never get, by reason.',
    labelNames: ['reason'],
  }),
  makeCounterProvider({
    name: METRIC.gaps,
    help: 'Connections told that events may be missing, by reason.',
    labelNames: ['reason'],
  }),
];

@Injectable()
export class DeliveryMetrics {
  constructor(
    @InjectMetric(METRIC.pending) private readonly pending: Gauge,
    @InjectMetric(METRIC.pendingBytes) private readonly pendingBytes: Gauge,
    @InjectMetric(METRIC.unsent) private readonly unsent: Gauge,
    @InjectMetric(METRIC.unsentBytes) private readonly unsentBytes: Gauge,
    @InjectMetric(METRIC.late) private readonly late: Gauge,
    @InjectMetric(METRIC.behind) private readonly behind: Gauge,
    @InjectMetric(METRIC.dropped) private readonly droppedTotal: Counter<'reason'>,
    @InjectMetric(METRIC.gaps) private readonly gaps: Counter<'reason'>,
  ) {
    // A rate needs a series before the first failure.
    for (const reason of DROPPED) droppedTotal.inc({ reason }, 0);
    for (const reason of GAPS) gaps.inc({ reason }, 0);
  }

  dropped(reason: DroppedDelivery): void {
    this.droppedTotal.inc({ reason });
  }

  volatileDropped(): void {
    this.dropped('volatile');
  }

  gapAnnounced(reason: AnnouncedGap): void {
    this.gaps.inc({ reason });
  }

  journal(lag: JournalLag): void {
    this.pending.set(lag.pendingEntries);
    this.pendingBytes.set(lag.pendingBytes);
    this.unsent.set(lag.unsentEntries);
    this.unsentBytes.set(lag.unsentBytes);
    this.late.set(lag.lateMs / 1_000);
    this.behind.set(lag.behindEntries);
  }
}
