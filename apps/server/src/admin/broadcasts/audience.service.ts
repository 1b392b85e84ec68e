/** Counts over all nodes the users and connections that an announcement would reach now. */
import { Injectable } from '@nestjs/common';
import { NodeQuestions } from '../nodes/node-questions';
import { RealtimeService } from '../../realtime';
import { BroadcastTargets } from './broadcast-targets';
import type { BroadcastTargetDto } from './broadcast.dto';
import { AUDIENCE_TOPIC, type AudienceQuestion, type NodeAudience } from './local-audience';

export interface BroadcastPreview {
  /**
   * Exact while no node has more than 500 of them. Above that, a user with connections to several nodes may count more than
   * once, and the number is at most that of all users online.
   */
  users: number;
  connections: number;
  /** The nodes that did not answer within a second: their connections are missing. */
  unansweredNodes: string[];
}

@Injectable()
export class AudienceService {
  constructor(
    private readonly nodes: NodeQuestions,
    private readonly targets: BroadcastTargets,
    private readonly realtime: RealtimeService,
  ) {}

  /** @throws AppError as `BroadcastTargets.roomOf`. */
  async preview(target: BroadcastTargetDto): Promise<BroadcastPreview> {
    const question: AudienceQuestion = { room: await this.targets.roomOf(target) };
    const answers = await this.nodes.askAll<NodeAudience>(AUDIENCE_TOPIC, question);
    const unansweredNodes: string[] = [];
    const audiences: NodeAudience[] = [];
    for (const answer of answers) {
      if (answer.answered) audiences.push(answer);
      else unansweredNodes.push(answer.nodeId);
    }
    const connections = audiences.reduce((sum, audience) => sum + audience.connections, 0);
    return { users: await this.countUsers(audiences), connections, unansweredNodes };
  }

  private async countUsers(audiences: readonly NodeAudience[]): Promise<number> {
    if (audiences.every(({ userIds }) => userIds !== null))
      return new Set(audiences.flatMap(({ userIds }) => userIds ?? [])).size;
    const counts = audiences.map(({ users }) => users);
    const sum = counts.reduce((total, users) => total + users, 0);
    // The number of users online lags behind the connections, so it does not go below what one node has counted.
    return Math.min(sum, Math.max(...counts, await this.realtime.getOnlineCount()));
  }
}
