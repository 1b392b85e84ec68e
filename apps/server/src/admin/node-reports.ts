/** Requests a report from every node of the cluster. Nodes that do not answer in time are listed without figures. */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ClusterBus, ConnectionRegistry, SocketStats } from '@aeturnis/realtime';
import { RealtimeService } from '../realtime';

const REQUEST_TOPIC = 'admin:report_wanted';
const REPORT_TOPIC = 'admin:report';
const REPORT_TIMEOUT_MS = 1_000;

interface NodeFigures {
  connections: number;
  users: number;
  /** Rooms with members on this node, by kind. */
  rooms: Record<string, number>;
  uptimeSeconds: number;
  memoryBytes: { resident: number; heapUsed: number };
}
/** `answered: false`: the node holds a lease but did not answer in time. */
export type NodeReport = { nodeId: string } & (({ answered: true } & NodeFigures) | { answered: false });

interface ReportRequest {
  requestId: string;
}
interface ReportReply extends ReportRequest {
  nodeId: string;
  figures: NodeFigures;
}

@Injectable()
export class NodeReports implements OnModuleInit {
  private readonly listeners = new Map<string, (report: ReportReply) => void>();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly bus: ClusterBus,
    private readonly connections: ConnectionRegistry,
    private readonly figures: SocketStats,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe<ReportRequest>(REQUEST_TOPIC, ({ requestId }) =>
      this.bus.publish(REPORT_TOPIC, this.createReport(requestId)),
    );
    this.bus.subscribe<ReportReply>(REPORT_TOPIC, (report) => this.listeners.get(report.requestId)?.(report));
  }

  /** Sorted by name, including this node. Takes a second if a node does not answer. */
  async collect(): Promise<NodeReport[]> {
    const leased = (await this.realtime.getNodes()).filter(({ expiresInMs }) => expiresInMs > 0);
    const expected = new Set([this.config.nodeId, ...leased.map(({ nodeId }) => nodeId)]);
    const figuresByNode = await this.requestReports(expected);
    return [...expected].sort().map((nodeId) => {
      const figures = figuresByNode.get(nodeId);
      return figures ? { nodeId, answered: true, ...figures } : { nodeId, answered: false };
    });
  }

  private requestReports(expected: ReadonlySet<string>): Promise<Map<string, NodeFigures>> {
    const requestId = randomUUID();
    const figuresByNode = new Map<string, NodeFigures>();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.listeners.delete(requestId);
        resolve(figuresByNode);
      };
      const timer = setTimeout(finish, REPORT_TIMEOUT_MS);
      this.listeners.set(requestId, ({ nodeId, figures }) => {
        if (expected.has(nodeId)) figuresByNode.set(nodeId, figures);
        if (figuresByNode.size === expected.size) finish();
      });
      this.bus.publish(REQUEST_TOPIC, { requestId } satisfies ReportRequest);
    });
  }

  private createReport(requestId: string): ReportReply {
    const { rss, heapUsed } = process.memoryUsage();
    const figures: NodeFigures = {
      connections: this.connections.size,
      users: this.connections.userCount,
      rooms: this.figures.roomsByKind(),
      uptimeSeconds: Math.round(process.uptime()),
      memoryBytes: { resident: rss, heapUsed },
    };
    return { requestId, nodeId: this.config.nodeId, figures };
  }
}
