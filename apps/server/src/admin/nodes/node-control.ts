/** Answers administrators for this node: its state, and the requests to drain or to kill it. */
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Timestamp } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Shutdown } from '@aeturnis/platform';
import { Clock, ConnectionRegistry, Drain, SocketStats } from '@aeturnis/realtime';
import { version } from '../../../../../package.json';
import { FigureSampler } from '../figures/figure-sampler';
import { NodeQuestions } from './node-questions';

export const STATE_TOPIC = 'state';
export const DRAIN_TOPIC = 'drain';
export const KILL_TOPIC = 'kill';
/** The answer to the administrator leaves the process before it ends. */
const ACTION_DELAY_MS = 200;

export interface NodeState {
  version: string;
  startedAt: Timestamp;
  uptimeSeconds: number;
  connections: number;
  users: number;
  /** Zones with players on this node. */
  zones: number;
  /** Of the last second; null before the first. */
  eventLoopP99Ms: number | null;
  draining: boolean;
  /** While the node is drained: the connections that have left it, and those that have not. */
  drain: { left: number; remaining: number } | null;
}

/** `refused`: the process belongs to a program that does not let administrators end it. */
export interface ActionAnswer {
  outcome: 'accepted' | 'draining' | 'refused';
  /** Of a drain: the time within which connections close. */
  delayMs?: number;
}

@Injectable()
export class NodeControl implements OnModuleInit {
  private readonly logger = new Logger('Nodes');
  /** Set before the shutdown begins: a second one at once would make the first skip waiting for clients. */
  private isDrainStarted = false;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly nodes: NodeQuestions,
    private readonly connections: ConnectionRegistry,
    private readonly stats: SocketStats,
    private readonly sampler: FigureSampler,
    private readonly drain: Drain,
    private readonly shutdown: Shutdown,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.nodes.answer(STATE_TOPIC, () => this.state());
    this.nodes.answer(DRAIN_TOPIC, () => this.startDrain());
    this.nodes.answer(KILL_TOPIC, () => this.kill());
  }

  private state(): NodeState {
    const uptimeSeconds = Math.round(process.uptime());
    return {
      version,
      startedAt: new Date(this.clock.now() - uptimeSeconds * 1_000).toISOString(),
      uptimeSeconds,
      connections: this.connections.size,
      users: this.connections.userCount,
      zones: this.stats.roomsByKind()['zone'] ?? 0,
      eventLoopP99Ms: this.sampler.latest?.eventLoopP99Ms ?? null,
      draining: this.shutdown.isDraining,
      drain: this.drain.progress,
    };
  }

  private startDrain(): ActionAnswer {
    if (this.isDrainStarted || this.shutdown.isDraining) return { outcome: 'draining' };
    const { owner } = this.shutdown;
    if (!owner) return { outcome: 'refused' };
    this.isDrainStarted = true;
    this.logger.warn({ message: 'an administrator drains this node, the process ends afterwards' });
    setTimeout(() => owner.drain(), ACTION_DELAY_MS);
    return { outcome: 'accepted', delayMs: this.config.drainMs };
  }

  private kill(): ActionAnswer {
    const { owner } = this.shutdown;
    if (this.config.isProduction || !owner) return { outcome: 'refused' };
    this.logger.warn({ message: 'an administrator kills this node, the process ends at once' });
    setTimeout(() => owner.kill(), ACTION_DELAY_MS);
    return { outcome: 'accepted' };
  }
}
