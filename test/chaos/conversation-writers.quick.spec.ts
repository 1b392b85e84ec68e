/** Ten writers in one conversation, on two nodes and over HTTP, while connections break: no loss, no duplicate, no reordering. */
import { waitForMore } from './support/fault-timing';
import { scenario, TWO_NODES } from './support/scenario';
import { SHORT_PING_ENVIRONMENT, ConversationLoad } from './support/load/conversation-load';

const SETTINGS = { ...TWO_NODES, environment: SHORT_PING_ENVIRONMENT, isUngated: true } as const;

scenario('ten writers lose and duplicate no message while connections break', SETTINGS, async (cluster) => {
  const load = await ConversationLoad.start(cluster, { sockets: 3, http: 2, readers: 1 });
  return load.runRound(cluster.random, (shouldContinue, ackCount) =>
    Promise.race([waitForMore(150, ackCount), load.injectFaults(cluster.random, shouldContinue, ackCount)]),
  );
});
