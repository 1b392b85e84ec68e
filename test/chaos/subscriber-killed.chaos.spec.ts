/** The pub/sub connections of the nodes are killed every second under load: no message is lost, and all see one order. */
import { setTimeout as delay } from 'node:timers/promises';
import { ClientGroup } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { SteadySender } from './support/load/steady-sender';
import { expectSameOrder } from './support/assertions/message-delivery';

const CLIENTS_PER_NODE = 4;
const KILLS = 20;

scenario('killed pub/sub connections cause no loss and no reordering', TWO_NODES, async (cluster) => {
  const groups = await ClientGroup.connectOnEachNode(cluster, CLIENTS_PER_NODE);
  const all = groups.flatMap(({ members }) => members);
  const senders = await Promise.all(cluster.nodes.map((node) => SteadySender.start(cluster, node, 20)));
  let killed = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await delay(1_000);
    killed += Number(await cluster.probe.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
  }
  expect(killed).toBeGreaterThanOrEqual(KILLS);
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  const sentTexts = await Promise.all(senders.map((sender) => sender.stop()));
  await expectSameOrder(all, sentTexts);
  for (const { client, reconnects } of all) {
    expect([client.eventsNamed('system:error'), client.eventsNamed('system:resync')]).toEqual([[], []]);
    expect(reconnects).toEqual([]);
  }
  return { killed, clients: all.length, messages: sentTexts.flat().length };
});
