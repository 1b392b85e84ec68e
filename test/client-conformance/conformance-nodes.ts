/** The servers of the kit: two real nodes on one PostgreSQL and one Redis; one of them is killed by the step `kill`. */
import { NodeCluster } from '../support/servers/node-cluster';
import type { ServerProcess } from '../support/servers/server';
import { runOnProcessDeath } from '../support/watchdog';

/** Short pings, so that a half-open connection can be noticed within seconds. Clients learn them from the handshake. */
const SETTINGS = { LIMITS: 'off', PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '3000' };

export class ConformanceNodes {
  private readonly cluster = new NodeCluster(SETTINGS);
  private readonly cancels: (() => void)[] = [];
  /** The node that stays. */
  url = '';

  /** Needs the PostgreSQL of a run, see `startServices`. */
  static async open(): Promise<ConformanceNodes> {
    const nodes = new ConformanceNodes();
    await nodes.cluster.open();
    try {
      nodes.url = (await nodes.startNode()).url;
    } catch (error) {
      await nodes.close();
      throw error;
    }
    return nodes;
  }

  async startNode(): Promise<ServerProcess> {
    const node = await this.cluster.startProcess();
    this.cancels.push(runOnProcessDeath(`kill -KILL ${node.process.pid}`));
    return node;
  }

  async close(): Promise<void> {
    await this.cluster.close();
    for (const cancel of this.cancels) cancel();
  }
}
