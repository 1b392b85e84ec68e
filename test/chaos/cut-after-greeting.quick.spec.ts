/** A client is cut off right after the events of its connection: it resumes on either node and gets every missed message. */
import { sendBurst } from './support/load/burst';
import { waitUntil } from '../support/clients/client';
import { ClientGroup, receivedTexts } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';

const CLIENTS = 3;
const INITIAL_EVENTS = ['auth:success', 'system:connected', 'system:sync'];

scenario('a client that has received only the initial events resumes without loss', TWO_NODES, async (cluster) => {
  const speaker = await cluster.connectGuest(cluster.node(1));
  const witness = await cluster.connectGuest(cluster.node(0));
  const gates = [];
  let events = 0;
  for (const node of cluster.nodes) {
    for (const halfOpen of [false, true]) {
      const group = await ClientGroup.connectGuests(cluster, cluster.node(0), CLIENTS);
      for (const { client } of group.members) expect(client.received.map(({ event }) => event)).toEqual(INITIAL_EVENTS);
      group.disconnectAll({ halfOpen });
      const texts = await sendBurst(speaker, 20 + cluster.random.nextInt(60));
      group.redirectTo(node);
      await group.waitForReconnects();
      texts.push(...(await sendBurst(speaker, 20)));
      await group.expectReceived(texts, [true]);
      for (const { client } of group.members)
        expect(client.eventsNamed('system:connected').map(({ recovered }) => recovered)).toEqual([false, true]);
      // Clients of the next round would receive what is still on its way to their node.
      await waitUntil(() => texts.every((text) => receivedTexts(witness).includes(text)), 'the node has received all');
      // The clients stay connected, but the messages of later rounds are not checked.
      gates.push(group.gate);
      events += texts.length * CLIENTS;
    }
  }
  // A half-open connection would delay the shutdown of its node.
  for (const gate of gates) await gate.close();
  return { cuts: 4, clients: 4 * CLIENTS, events };
});
