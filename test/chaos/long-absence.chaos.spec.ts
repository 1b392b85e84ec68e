/** 20,000 events from eight senders while clients are away: each client receives all of them once, in the common order. */
import { sendBurst } from './support/load/burst';
import { ClientGroup, receivedTexts } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';

const EVENTS = 20_000;
const SENDERS = 8;
const CLIENTS = 3;

scenario('clients resume after 20,000 missed events without loss, in order', TWO_NODES, async (cluster) => {
  const senders = (await Promise.all(cluster.nodes.map((node) => cluster.connectGuests(node, SENDERS / 2)))).flat();
  const group = await ClientGroup.connectGuests(cluster, cluster.node(0), CLIENTS);
  const [listener] = (await ClientGroup.connectGuests(cluster, cluster.node(1), 1)).members;
  if (!listener) throw new Error('the listener did not connect');
  group.disconnectAll({ halfOpen: cluster.random.pick([true, false]) });
  const sentTexts = await Promise.all(senders.map((sender) => sendBurst(sender, EVENTS / SENDERS)));
  group.redirectTo(cluster.random.pick(cluster.nodes));
  await group.waitForReconnects();
  const [last] = await sendBurst(senders[0] ?? listener, 1);
  await listener.client.waitForEvent('chat:message', ({ text }) => text === last, 120_000);
  const received = receivedTexts(listener);
  expect(received.length).toBe(EVENTS + 1);
  expect([...received].sort()).toEqual([...sentTexts.flat(), last].sort());
  await group.expectReceived(received, [true]);
  return { clients: CLIENTS, events: EVENTS };
});
