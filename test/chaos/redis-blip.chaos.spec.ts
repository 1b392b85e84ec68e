/** Redis is away for less than the three seconds that nodes hold messages back: no notice, no loss, one order for all. */
import { setTimeout as delay } from 'node:timers/promises';
import { ClientGroup } from './support/load/client-group';
import { type ScenarioCounts, scenario, TWO_NODES } from './support/scenario';
import { SteadySender } from './support/load/steady-sender';
import { expectSameOrder } from './support/assertions/message-delivery';
import type { ChaosCluster } from './support/chaos-cluster';

const CLIENTS_PER_NODE = 4;
const CLIENT_NOTICES = ['system:error', 'system:resync', 'system:disconnected'] as const;

for (const awayMs of [1_000, 2_000])
  scenario(`Redis away for ${awayMs / 1_000} s: no notice, no loss, one order`, TWO_NODES, (cluster) =>
    runBlip(cluster, awayMs),
  );

async function runBlip(cluster: ChaosCluster, awayMs: number): Promise<ScenarioCounts> {
  const groups = await ClientGroup.connectOnEachNode(cluster, CLIENTS_PER_NODE);
  const all = groups.flatMap(({ members }) => members);
  const senders = await Promise.all(cluster.nodes.map((node) => SteadySender.start(cluster, node, 20)));
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.close()));
  await delay(awayMs);
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.open()));
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('ok')));
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  const sentTexts = await Promise.all(senders.map((sender) => sender.stop()));
  for (const { client, reconnects } of all) {
    expect(CLIENT_NOTICES.flatMap((event) => client.eventsNamed(event))).toEqual([]);
    expect(reconnects).toEqual([]);
  }
  await expectSameOrder(all, sentTexts);
  return { clients: all.length, messages: sentTexts.flat().length };
}
