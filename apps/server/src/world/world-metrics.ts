/** Prometheus metrics of the world. */
import { Injectable } from '@nestjs/common';
import type { MoveRefusal } from '@aeturnis/contracts';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';

const METRIC = {
  charactersPlayed: 'aeturnis_characters_played',
  movesRefused: 'aeturnis_moves_refused_total',
  positionsUnsaved: 'aeturnis_positions_unsaved',
} as const;

export const WORLD_METRIC_PROVIDERS = [
  makeGaugeProvider({ name: METRIC.charactersPlayed, help: 'Characters played on this node now.' }),
  makeCounterProvider({
    name: METRIC.movesRefused,
    help: 'Steps of characters refused, by reason.',
    labelNames: ['reason'],
  }),
  makeGaugeProvider({ name: METRIC.positionsUnsaved, help: 'Positions that the last round of saving could not save.' }),
];

@Injectable()
export class WorldMetrics {
  constructor(
    @InjectMetric(METRIC.charactersPlayed) private readonly played: Gauge,
    @InjectMetric(METRIC.movesRefused) private readonly refused: Counter,
    @InjectMetric(METRIC.positionsUnsaved) private readonly unsaved: Gauge,
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
