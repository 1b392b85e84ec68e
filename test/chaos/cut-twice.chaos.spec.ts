/** Clients are cut off a second time: after the reconnect, when the transport opens, or at a random moment before. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientGroup } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { repeatCut } from './support/load/repeated-cuts';
import type { ChaosCluster } from './support/chaos-cluster';

/** Redirects the clients to the second node with a first cut, and back to the first node with a second cut. */
async function cutTwice(cluster: ChaosCluster, group: ClientGroup, between: () => Promise<unknown>): Promise<void> {
  for (const node of [cluster.node(1), cluster.node(0)]) {
    group.redirectTo(node);
    group.gate.resetConnections({ halfOpen: cluster.random.pick([true, false]) });
    if (node === cluster.node(1)) await between();
  }
}

scenario('clients resume without loss after two cuts in a row', TWO_NODES, (cluster) =>
  repeatCut(cluster, async (group) => {
    await cutTwice(cluster, group, () => group.waitForReconnects());
    await group.waitForReconnects(2);
  }),
);

scenario('clients resume without loss after a second cut during the reconnect', TWO_NODES, (cluster) =>
  repeatCut(cluster, async (group, random, round) => {
    const { client } = random.pick(group.members);
    const opened = new Promise<void>((resolve) => client.socket.io.once('open', resolve));
    await cutTwice(cluster, group, () => (round % 2 === 0 ? opened : delay(random.nextInt(400))));
  }),
);
