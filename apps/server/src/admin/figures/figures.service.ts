/** Collects the figures of the last minutes from all nodes. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '@aeturnis/realtime';
import { type NodeAnswer, NodeQuestions } from '../nodes/node-questions';
import type { FigureHistory } from './figure-ring';
import { FigureSampler } from './figure-sampler';

const TOPIC = 'figures';
const SECOND_MS = 1_000;

interface SecondsAsked {
  readonly from: number;
  readonly to: number;
}

export interface ClusterFigures {
  /** The first second of each plot, in milliseconds since 1970. */
  from: number;
  intervalMs: number;
  /** With a number for each second since `from`. A node with `answered: false` did not answer within a second. */
  nodes: NodeAnswer<FigureHistory>[];
}

@Injectable()
export class FiguresService implements OnModuleInit {
  constructor(
    private readonly clock: Clock,
    private readonly sampler: FigureSampler,
    private readonly nodes: NodeQuestions,
  ) {}

  onModuleInit(): void {
    this.nodes.answer<SecondsAsked, FigureHistory>(TOPIC, ({ from, to }) => this.sampler.history(from, to));
  }

  async history(minutes: number): Promise<ClusterFigures> {
    // The current second is not over.
    const to = Math.floor(this.clock.now() / SECOND_MS) - 1;
    const from = to - minutes * 60 + 1;
    const nodes = await this.nodes.askAll<FigureHistory>(TOPIC, { from, to } satisfies SecondsAsked);
    return { from: from * SECOND_MS, intervalMs: SECOND_MS, nodes };
  }
}
