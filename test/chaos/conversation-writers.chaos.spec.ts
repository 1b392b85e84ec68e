/**
 * 32 writers in one conversation, on two nodes and over HTTP, while connections break, one node is killed between a commit
 * and its publication, and one at a random moment: every acknowledged message is stored once and reaches every reader.
 */
import { waitForMore } from './support/fault-timing';
import { type ScenarioCounts, scenario, type ScenarioSettings, TWO_NODES } from './support/scenario';
import { SHORT_PING_ENVIRONMENT, ConversationLoad } from './support/load/conversation-load';

const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 20);
const SETTINGS: ScenarioSettings = {
  ...TWO_NODES,
  environment: SHORT_PING_ENVIRONMENT,
  application: 'crash-points',
  isUngated: true,
  limitMs: 900_000,
};

scenario('32 writers lose and duplicate no message while nodes are killed', SETTINGS, async (cluster) => {
  const load = await ConversationLoad.start(cluster, { sockets: 8, http: 8, readers: 2 });
  const sum: ScenarioCounts = { seeds: ROUNDS };
  for (let round = 0; round < ROUNDS; round++) {
    const random = cluster.random.derive(round);
    const counted = await load.runRound(random, async (shouldContinue, ackCount) => {
      const faults = load.injectFaults(random, shouldContinue, ackCount);
      const [first, second] = [random.pick(cluster.nodes), random.pick(cluster.nodes)];
      const killNodes = async (): Promise<void> => {
        await waitForMore(10 + random.nextInt(40), ackCount);
        await load.restartKilledNode(first, first.killAt('after the commit'));
        await waitForMore(10 + random.nextInt(40), ackCount);
        await load.restartKilledNode(second, second.kill());
        await waitForMore(10, ackCount);
      };
      await Promise.race([killNodes(), faults]);
    });
    for (const [name, count] of Object.entries(counted)) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
});
