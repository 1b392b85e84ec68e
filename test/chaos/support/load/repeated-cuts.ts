/** Repeats one kind of cut with ten seeds: clients that receive a steady stream are cut off and resume without loss. */
import { type TestConnectOptions, ClientGroup } from './client-group';
import type { ScenarioCounts } from '../scenario';
import type { ScenarioRandom } from '../scenario-random';
import { SteadySender } from './steady-sender';
import type { ChaosCluster } from '../chaos-cluster';

const ROUNDS = 10;
const CLIENTS_PER_ROUND = 5;

/** In each round a group of clients is on the first node, and the sender, with 200 messages a second, on the second. */
export async function repeatCut(
  cluster: ChaosCluster,
  cutConnections: (group: ClientGroup, random: ScenarioRandom, round: number) => Promise<void>,
  options?: TestConnectOptions,
): Promise<ScenarioCounts> {
  let events = 0;
  let reconnects = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const random = cluster.random.derive(round);
    const group = await ClientGroup.connectGuests(cluster, cluster.node(0), CLIENTS_PER_ROUND, options);
    const sender = await SteadySender.start(cluster, cluster.node(1));
    await sender.waitForMore(20 + random.nextInt(60));
    await cutConnections(group, random, round);
    await sender.waitForMore(20 + random.nextInt(60));
    await group.expectReceived(await sender.stop());
    events += sender.sent.length * CLIENTS_PER_ROUND;
    reconnects += group.members.reduce((sum, member) => sum + member.reconnects.length, 0);
    for (const { client } of [...group.members, sender.player]) client.close();
  }
  return { seeds: ROUNDS, clients: ROUNDS * CLIENTS_PER_ROUND, reconnects, events };
}
