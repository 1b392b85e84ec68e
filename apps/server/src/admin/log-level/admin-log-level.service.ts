/** Reads the log levels of all nodes, and changes them for a limited time. Each change is recorded in the audit log. */
import { Injectable } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { AdminAuditRepository } from '../admin-audit.repository';
import { type NodeAnswer, NodeQuestions } from '../nodes/node-questions';
import type { LogLevelDto } from './log-level.dto';
import { LOG_LEVEL_TOPIC, type LogLevelOrder, type LogLevelState } from './node-log-level';

const DEFAULT_MINUTES = 15;
const MINUTE_MS = 60_000;

export interface LogLevels {
  /** A node with `answered: false` did not answer within a second. */
  nodes: NodeAnswer<LogLevelState>[];
}

@Injectable()
export class AdminLogLevelService {
  constructor(
    private readonly nodes: NodeQuestions,
    private readonly audit: AdminAuditRepository,
  ) {}

  async levels(): Promise<LogLevels> {
    return { nodes: await this.nodes.askAll<LogLevelState>(LOG_LEVEL_TOPIC, {} satisfies LogLevelOrder) };
  }

  /** @throws AppError NOT_FOUND for a node that does not exist; UNAVAILABLE if the only one asked does not answer. */
  async change(
    { userId, name }: Principal,
    { level, node, minutes = DEFAULT_MINUTES, reason }: LogLevelDto,
  ): Promise<LogLevels> {
    if (node !== undefined) await this.nodes.requireNode(node);
    // Recorded first: no node logs more without a record of it.
    await this.audit.append({
      actor: { id: userId, name },
      action: 'log-level.change',
      target: node ?? null,
      details: { level, minutes, reason },
    });
    const order: LogLevelOrder = { change: { level, forMs: minutes * MINUTE_MS } };
    const nodes = await this.nodes.askEach<LogLevelState>(LOG_LEVEL_TOPIC, order, node);
    if (node !== undefined && nodes[0]?.answered === false)
      throw new AppError('UNAVAILABLE', 'The node did not answer: it may have ended, or be overloaded');
    return { nodes };
  }
}
