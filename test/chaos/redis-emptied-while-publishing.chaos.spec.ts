/** Redis restarts empty under load: every gap yields `system:resync`, and sessions are recoverable again afterwards. */
import { waitUntil } from '../support/clients/client';
import { ClientGroup, watchRecoverable } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { SteadySender } from './support/load/steady-sender';
import { expectAllReceived, expectReceivedOrResynced } from './support/assertions/message-delivery';

const CLIENTS_PER_GROUP = 4;

scenario('Redis restarted empty under load: every gap yields a resync', TWO_NODES, async (cluster) => {
  const [onWest, onEast, away] = await Promise.all(
    [cluster.node(0), cluster.node(1), cluster.node(0)].map((node) =>
      ClientGroup.connectGuests(cluster, node, CLIENTS_PER_GROUP),
    ),
  );
  if (!onWest || !onEast || !away) throw new Error('a group did not connect');
  const connected = [...onWest.members, ...onEast.members];
  const senders = await Promise.all(cluster.nodes.map((node) => SteadySender.start(cluster, node, 20)));
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  await away.gate.close();
  await Promise.all(senders.map((sender) => sender.waitForMore(20)));
  const waitForRecoverable = watchRecoverable(connected);
  await cluster.redis.restart();
  await waitUntil(() => connected.every(({ client }) => client.eventsNamed('system:resync').length > 0), 'resyncs');
  for (const { client } of connected)
    expect(client.eventsNamed('system:resync').map(({ reason }) => reason)).toEqual(['epoch']);
  await waitForRecoverable();
  await away.gate.open();
  await away.waitForReconnects();
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  const sentTexts = await Promise.all(senders.map((sender) => sender.stop()));
  const missed = await expectReceivedOrResynced([...connected, ...away.members], sentTexts);
  for (const { reconnects } of away.members) expect(reconnects).toEqual([false]);
  for (const { client } of [...connected, ...away.members]) client.clearReceived();
  const later = await Promise.all(cluster.nodes.map((node) => SteadySender.start(cluster, node, 20)));
  await Promise.all(later.map((sender) => sender.waitForMore(20)));
  for (const { gate } of [onWest, onEast, away]) gate.resetConnections();
  await Promise.all([onWest.waitForReconnects(), onEast.waitForReconnects(), away.waitForReconnects(2)]);
  await Promise.all(later.map((sender) => sender.waitForMore(20)));
  await expectAllReceived([...connected, ...away.members], await Promise.all(later.map((sender) => sender.stop())));
  for (const { reconnects } of connected) expect(reconnects).toEqual([true]);
  for (const { reconnects } of away.members) expect(reconnects).toEqual([false, true]);
  return { clients: 3 * CLIENTS_PER_GROUP, messages: sentTexts.flat().length, ...missed };
});
