/** Clients of a node without Redis reconnect to one that has it: no duplicate, and `system:resync` reports every loss. */
import { waitUntil } from '../support/clients/client';
import { ClientGroup } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { SteadySender } from './support/load/steady-sender';
import { expectAllReceived, expectReceivedOrResynced, receivedMessages } from './support/assertions/message-delivery';

const CLIENTS = 5;
/** Only the heartbeat detects half-open connections; short intervals keep their clients from waiting. */
const environment = { PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '2000' };

scenario('clients leaving a partition get a resync for every loss', { ...TWO_NODES, environment }, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const [leaving, staying] = await Promise.all([
    ClientGroup.connectGuests(cluster, west, CLIENTS),
    ClientGroup.connectGuests(cluster, east, CLIENTS),
  ]);
  const senders = await Promise.all([SteadySender.start(cluster, west, 20), SteadySender.start(cluster, east, 20)]);
  const [localSender] = senders;
  await Promise.all(senders.map((sender) => sender.waitForMore(30 + cluster.random.nextInt(30))));
  await west.redisGate.close();
  const localOnly = localSender.sent.length + 5;
  await waitUntil(
    () =>
      leaving.members.every((member) => receivedMessages(member).includes(localSender.sent[localOnly] ?? 'not yet')),
    'local delivery without Redis',
  );
  await localSender.waitForMore(cluster.random.nextInt(100));
  leaving.redirectTo(east);
  leaving.gate.resetConnections({ halfOpen: cluster.random.nextInt(2) === 0 });
  await leaving.waitForReconnects();
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  await west.redisGate.open();
  await west.waitForStatus('ok');
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  const sentTexts = await Promise.all(senders.map((sender) => sender.stop()));
  const missed = await expectReceivedOrResynced(leaving.members, sentTexts);
  await expectAllReceived(staying.members, sentTexts);
  const recovered = leaving.members.filter(({ reconnects }) => reconnects[0] === true).length;
  return { clients: 2 * CLIENTS, messages: sentTexts.flat().length, recovered, ...missed };
});
