/** Administrators' actions on nodes: list, drain and, except in production, kill. Each action is recorded in the audit log. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { type AdminAction, AdminAuditRepository } from '../admin-audit.repository';
import { type ActionAnswer, DRAIN_TOPIC, KILL_TOPIC, type NodeState, STATE_TOPIC } from './node-control';
import { type NodeAnswer, NodeQuestions } from './node-questions';

export interface NodeList {
  nodes: NodeAnswer<NodeState>[];
  /** Whether nodes may be killed: not in production. */
  canKill: boolean;
}

/** The node ends as on SIGTERM: it drains, saves and exits; whatever started it decides whether it starts again. */
export interface DrainStarted {
  nodeId: string;
  /** Connections close within this time. */
  delayMs: number;
  endsProcess: true;
}

@Injectable()
export class AdminNodesService {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly nodes: NodeQuestions,
    private readonly audit: AdminAuditRepository,
  ) {}

  async list(): Promise<NodeList> {
    return { nodes: await this.nodes.askAll<NodeState>(STATE_TOPIC, {}), canKill: !this.config.isProduction };
  }

  /** @throws AppError NOT_FOUND; CONFLICT for a node that drains already; UNAVAILABLE for one that does not answer. */
  async drain(actor: Principal, nodeId: string, reason: string): Promise<DrainStarted> {
    const { delayMs = 0 } = await this.run(actor, 'node.drain', DRAIN_TOPIC, nodeId, reason);
    return { nodeId, delayMs, endsProcess: true };
  }

  /** @throws AppError as `drain`; NOT_FOUND for every node in production. */
  async kill(actor: Principal, nodeId: string, reason: string): Promise<void> {
    if (this.config.isProduction) throw new AppError('NOT_FOUND', 'Nodes cannot be killed in production');
    await this.run(actor, 'node.kill', KILL_TOPIC, nodeId, reason);
  }

  private async run(
    actor: Principal,
    action: AdminAction,
    topic: string,
    nodeId: string,
    reason: string,
  ): Promise<ActionAnswer> {
    await this.nodes.requireNode(nodeId);
    // Recorded first: a node may end before it could be recorded.
    await this.audit.append({
      actor: { id: actor.userId, name: actor.name },
      action,
      target: nodeId,
      details: { reason },
    });
    const answer = await this.nodes.askOne<ActionAnswer>(topic, nodeId, {});
    if (answer?.outcome === 'accepted') return answer;
    if (answer?.outcome === 'draining') throw new AppError('CONFLICT', 'This node is being drained already');
    if (answer) throw new AppError('CONFLICT', 'The program that runs this node does not let administrators end it');
    throw new AppError('UNAVAILABLE', 'The node did not answer: it may have ended, or be overloaded');
  }
}
