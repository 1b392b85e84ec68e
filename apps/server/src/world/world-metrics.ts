/** What is counted about the world. */
import { Injectable } from '@nestjs/common';
import type { MoveRefusal } from '@aeturnis/contracts';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';

const METRIC = {
  played: 'aeturnis_characters_played',
  refused: 'aeturnis_moves_refused_total',
  unsaved: 'aeturnis_positions_unsaved',
} as const;

export const WORLD_METRIC_PROVIDERS = [
  makeGaugeProvider({ name: METRIC.played, help: 'Characters played on this node now.' }),
  makeCounterProvider({
    name: METRIC.refused,
    help: 'Steps of characters refused, by reason.',
    labelNames: ['reason'],
  }),
  makeGaugeProvider({ name: METRIC.unsaved, help: 'Positions that the last round of saving could not save.' }),
];

@Injectable()
export class WorldMetrics {
  constructor(
    @InjectMetric(METRIC.played) private readonly played: Gauge,
    @InjectMetric(METRIC.refused) private readonly refused: Counter,
    @InjectMetric(METRIC.unsaved) private readonly unsaved: Gauge,
  ) {}

  characterEntered(): void {
    this.played.inc();
  }

  characterLeft(): void {
    this.played.dec();
  }

  moveRefused(reason: MoveRefusal): void {
    this.refused.inc({ reason });
  }

  positionsUnsaved(count: number): void {
    this.unsaved.set(count);
  }
}
