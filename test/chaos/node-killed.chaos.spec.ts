/** The node of the clients is killed: they resume on the remaining node. */
import { scenario, TWO_NODES } from './support/scenario';
import { repeatCut } from './support/load/repeated-cuts';

scenario('clients of a killed node resume on the remaining node without loss', TWO_NODES, (cluster) =>
  repeatCut(cluster, async (group) => {
    const [killed, remaining] = [cluster.node(0), cluster.node(1)];
    group.redirectTo(remaining);
    await killed.kill();
    await group.waitForReconnects();
    await killed.restart();
  }),
);
