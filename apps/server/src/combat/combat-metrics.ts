/** Prometheus metrics of fights. */
import { Injectable } from '@nestjs/common';
import type { CombatMode, CombatResult } from '@aeturnis/contracts';
import { InjectMetric, makeCounterProvider } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';

const METRIC = {
  started: 'aeturnis_fights_started_total',
  ended: 'aeturnis_fights_ended_total',
  refused: 'aeturnis_fight_actions_refused_total',
  missed: 'aeturnis_fight_turns_missed_total',
} as const;

export const COMBAT_METRIC_PROVIDERS = [
  makeCounterProvider({ name: METRIC.started, help: 'Fights begun on this node, by mode.', labelNames: ['mode'] }),
  makeCounterProvider({
    name: METRIC.ended,
    help: 'Fights whose last step this node took, by mode and result.',
    labelNames: ['mode', 'result'],
  }),
  makeCounterProvider({
    name: METRIC.refused,
    help: 'Actions refused by the rules of fights, or in the fights of others, by reason.',
    labelNames: ['reason'],
  }),
  makeCounterProvider({ name: METRIC.missed, help: 'Turns that players lost because they did not choose in time.' }),
];

@Injectable()
export class CombatMetrics {
  constructor(
    @InjectMetric(METRIC.started) private readonly started: Counter,
    @InjectMetric(METRIC.ended) private readonly ended: Counter,
    @InjectMetric(METRIC.refused) private readonly refused: Counter,
    @InjectMetric(METRIC.missed) private readonly missed: Counter,
  ) {}

  fightStarted(mode: CombatMode): void {
    this.started.inc({ mode });
  }

  fightEnded(mode: CombatMode, result: CombatResult): void {
    this.ended.inc({ mode, result });
  }

  actionRefused(reason: string): void {
    this.refused.inc({ reason });
  }

  turnMissed(): void {
    this.missed.inc();
  }
}
