/** Connections break under load, ten times: every client resumes on either node and misses nothing. */
import { repeatCut } from './support/load/repeated-cuts';
import { scenario, TWO_NODES } from './support/scenario';

scenario('clients resume without loss after a reset connection', TWO_NODES, (cluster) =>
  repeatCut(cluster, async (group, random) => {
    group.redirectTo(random.pick(cluster.nodes));
    group.gate.resetConnections();
    await group.waitForReconnects();
  }),
);
