/** The network fails silently: the server still holds the dead connections when their clients reconnect. */
import { scenario, TWO_NODES } from './support/scenario';
import { repeatCut } from './support/load/repeated-cuts';

scenario('clients resume without loss on the other node while the old connection is half-open', TWO_NODES, (cluster) =>
  repeatCut(cluster, async (group) => {
    group.redirectTo(cluster.node(1));
    group.gate.resetConnections({ halfOpen: true });
    await group.waitForReconnects();
  }),
);

scenario('clients resume without loss on the same node while the old connection is half-open', TWO_NODES, (cluster) =>
  repeatCut(cluster, async (group) => {
    group.gate.resetConnections({ halfOpen: true });
    await group.waitForReconnects();
  }),
);
