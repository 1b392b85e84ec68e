/** Requests a report from every node of the cluster. Nodes that do not answer in time are listed without figures. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConnectionRegistry, SocketStats } from '@aeturnis/realtime';
import { type NodeAnswer, NodeQuestions } from './node-questions';

const TOPIC = 'report';

interface NodeFigures {
  connections: number;
  users: number;
  /** Rooms with members on this node, by kind. */
  rooms: Record<string, number>;
  uptimeSeconds: number;
  memoryBytes: { resident: number; heapUsed: number };
}
export type NodeReport = NodeAnswer<NodeFigures>;

@Injectable()
export class NodeReports implements OnModuleInit {
  constructor(
    private readonly nodes: NodeQuestions,
    private readonly connections: ConnectionRegistry,
    private readonly stats: SocketStats,
  ) {}

  onModuleInit(): void {
    this.nodes.answer(TOPIC, () => this.createReport());
  }

  /** Sorted by name, including this node. Takes a second if a node does not answer. */
  collect(): Promise<NodeReport[]> {
    return this.nodes.askAll<NodeFigures>(TOPIC, {});
  }

  private createReport(): NodeFigures {
    const { rss, heapUsed } = process.memoryUsage();
    return {
      connections: this.connections.size,
      users: this.connections.userCount,
      rooms: this.stats.roomsByKind(),
      uptimeSeconds: Math.round(process.uptime()),
      memoryBytes: { resident: rss, heapUsed },
    };
  }
}
