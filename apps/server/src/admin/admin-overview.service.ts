/** Collects the overview of the cluster: nodes, online users, database and Redis. */
import { Injectable } from '@nestjs/common';
import { Database, RedisService } from '@aeturnis/platform';
import { version } from '../../../../package.json';
import { RealtimeService } from '../realtime';
import { type NodeReport, NodeReports } from './nodes/node-reports';

interface StoreState {
  state: string;
  /** Round trip from this node; absent if there was no answer. */
  latencyMs?: number;
}

export interface ServerOverview {
  nodes: NodeReport[];
  onlineUsers: number;
  database: StoreState;
  redis: StoreState;
  version: string;
}

@Injectable()
export class AdminOverviewService {
  constructor(
    private readonly nodes: NodeReports,
    private readonly realtime: RealtimeService,
    private readonly database: Database,
    private readonly redis: RedisService,
  ) {}

  async overview(): Promise<ServerOverview> {
    const [nodes, onlineUsers, database, redis] = await Promise.all([
      this.nodes.collect(),
      this.realtime.getOnlineCount(),
      stateOf(this.database),
      stateOf(this.redis),
    ]);
    return { nodes, onlineUsers, database, redis, version };
  }
}

async function stateOf(store: { state: string; ping(): Promise<number> }): Promise<StoreState> {
  const { state } = store;
  try {
    return { state, latencyMs: Math.round((await store.ping()) * 10) / 10 };
  } catch {
    return { state };
  }
}
