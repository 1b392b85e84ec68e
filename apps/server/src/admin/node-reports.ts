/** How the nodes of the cluster are: each is asked, and those that do not answer in time are named all the same. */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ClusterBus, Connections, RealtimeService, SocketFigures } from '@aeturnis/realtime';

const WANTED_TOPIC = 'admin:report_wanted';
const REPORT_TOPIC = 'admin:report';
const PATIENCE_MS = 1_000;

export interface NodeFigures {
  connections: number;
  users: number;
  /** Rooms with members on this node, by kind. */
  rooms: Record<string, number>;
  uptimeSeconds: number;
  memoryBytes: { resident: number; heapUsed: number };
}
/** `answered: false`: its lease holds, and nothing was heard of it in time. */
export type NodeReport = { nodeId: string } & (({ answered: true } & NodeFigures) | { answered: false });

interface Wanted {
  requestId: string;
}
interface Report extends Wanted {
  nodeId: string;
  figures: NodeFigures;
}

@Injectable()
export class NodeReports implements OnModuleInit {
  private readonly listeners = new Map<string, (report: Report) => void>();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly bus: ClusterBus,
    private readonly connections: Connections,
    private readonly figures: SocketFigures,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    this.bus.on<Wanted>(WANTED_TOPIC, ({ requestId }) => this.bus.publish(REPORT_TOPIC, this.report(requestId)));
    this.bus.on<Report>(REPORT_TOPIC, (report) => this.listeners.get(report.requestId)?.(report));
  }

  /** Sorted by name; this node is always among them. Takes up to a second where a node is silent. */
  async collect(): Promise<NodeReport[]> {
    const leased = (await this.realtime.getNodes()).filter(({ expiresInMs }) => expiresInMs > 0);
    const expected = new Set([this.config.nodeId, ...leased.map(({ nodeId }) => nodeId)]);
    const heard = await this.ask(expected);
    return [...expected].sort().map((nodeId) => {
      const figures = heard.get(nodeId);
      return figures ? { nodeId, answered: true, ...figures } : { nodeId, answered: false };
    });
  }

  private ask(expected: ReadonlySet<string>): Promise<Map<string, NodeFigures>> {
    const requestId = randomUUID();
    const heard = new Map<string, NodeFigures>();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(patience);
        this.listeners.delete(requestId);
        resolve(heard);
      };
      const patience = setTimeout(finish, PATIENCE_MS);
      this.listeners.set(requestId, ({ nodeId, figures }) => {
        if (expected.has(nodeId)) heard.set(nodeId, figures);
        if (heard.size === expected.size) finish();
      });
      this.bus.publish(WANTED_TOPIC, { requestId } satisfies Wanted);
    });
  }

  private report(requestId: string): Report {
    const { rss, heapUsed } = process.memoryUsage();
    const figures: NodeFigures = {
      connections: this.connections.size,
      users: this.connections.users,
      rooms: this.figures.roomsByKind(),
      uptimeSeconds: Math.round(process.uptime()),
      memoryBytes: { resident: rss, heapUsed },
    };
    return { requestId, nodeId: this.config.nodeId, figures };
  }
}
