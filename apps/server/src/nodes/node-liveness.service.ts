/** Whether other nodes live, by their heartbeats in the database. */
import { Injectable } from '@nestjs/common';
import { type NodeSurvival, NodesRepository } from './nodes.repository';

@Injectable()
export class NodeLivenessService {
  constructor(private readonly nodes: NodesRepository) {}

  /**
   * Whether a node was alive after a time. Within the interval of heartbeats, this is unknown.
   * @param incarnation of the node: a restarted node has another one.
   * @param sinceMs milliseconds since 1970, by the database's clock.
   */
  survivalOf(incarnation: string, sinceMs: number): Promise<NodeSurvival> {
    return this.nodes.survivalOf(incarnation, sinceMs);
  }
}
