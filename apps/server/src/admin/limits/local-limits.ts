/** Answers administrators with the connection limits of this node, and with how often each rate policy has refused here. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ConnectionLimits, type ConnectionLimitsInForce, LimitRefusals } from '@aeturnis/realtime';
import { NodeQuestions } from '../nodes/node-questions';

export const LIMITS_TOPIC = 'limits';

export interface RefusalsQuestion {
  readonly minutes: number;
}

export interface NodeLimits {
  /** False with LIMITS=off: nothing is refused by rate or by the number of connections. */
  isEnforced: boolean;
  /** By the name of the operation, or `connection` for the policy of all events of a connection. Absent: none. */
  refusals: Record<string, number>;
  connectionLimits: ConnectionLimitsInForce;
}

@Injectable()
export class LocalLimits implements OnModuleInit {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly nodes: NodeQuestions,
    private readonly refusals: LimitRefusals,
    private readonly connections: ConnectionLimits,
  ) {}

  onModuleInit(): void {
    this.nodes.answer<RefusalsQuestion, NodeLimits>(LIMITS_TOPIC, ({ minutes }) => this.limits(minutes));
  }

  private limits(minutes: number): NodeLimits {
    return {
      isEnforced: this.config.hasLimits,
      refusals: this.refusals.during(minutes),
      connectionLimits: this.connections.inForce,
    };
  }
}
