/** Collects the limits in force and their refusals from all nodes. */
import { Injectable } from '@nestjs/common';
import { Operations, type PoliciesResponse } from '@aeturnis/realtime';
import { type NodeAnswer, NodeQuestions } from '../nodes/node-questions';
import { LIMITS_TOPIC, type NodeLimits, type RefusalsQuestion } from './local-limits';

/** As long as nodes keep their counts. */
const MINUTES = 15;

export interface LimitsInForce {
  /** As `GET /api/realtime/policies` returns them. */
  policies: PoliciesResponse;
  /** How far the refusals go back. */
  minutes: number;
  nodes: NodeAnswer<NodeLimits>[];
}

@Injectable()
export class AdminLimitsService {
  constructor(
    private readonly operations: Operations,
    private readonly nodes: NodeQuestions,
  ) {}

  async limits(): Promise<LimitsInForce> {
    const question: RefusalsQuestion = { minutes: MINUTES };
    const nodes = await this.nodes.askAll<NodeLimits>(LIMITS_TOPIC, question);
    return { policies: this.operations.policies(), minutes: MINUTES, nodes };
  }
}
