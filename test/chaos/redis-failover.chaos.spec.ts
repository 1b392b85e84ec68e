/** A standby replaces Redis under load: every gap yields `system:resync`, messages continue, sessions are recoverable again. */
import { waitUntil } from '../support/clients/client';
import type { Gate } from '../support/faults/gate';
import { ClientGroup, watchRecoverable, type ReconnectingClient } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { SteadySender } from './support/load/steady-sender';
import { expectAllReceived, expectReceivedOrResynced } from './support/assertions/message-delivery';
import type { ChaosCluster } from './support/chaos-cluster';

const CLIENTS_PER_NODE = 4;

scenario('a Redis failover: every gap yields a resync, then sessions are recoverable', TWO_NODES, (cluster) =>
  runFailover(cluster, (gate) => gate.resetConnections()),
);

// The old server stays up and keeps the subscriptions, but no node publishes to it any more.
scenario('a Redis failover that leaves old subscriptions is detected', TWO_NODES, async (cluster) => {
  const clients = await cluster.probe.client('LIST');
  const subscribers = new Set(
    String(clients)
      .split('\n')
      .filter((line) => / name=aeturnis:/.test(line) && !/ sub=0 psub=0 /.test(line))
      .map((line) => Number(/ addr=[^ ]+:(\d+) /.exec(line)?.[1])),
  );
  expect(subscribers.size).toBe(2 * cluster.nodes.length);
  return runFailover(cluster, (gate) => gate.resetConnections({ only: (port) => !subscribers.has(port) }));
});

async function runFailover(cluster: ChaosCluster, cut: (redisGate: Gate) => void): Promise<Record<string, number>> {
  const standby = await cluster.startStandby();
  const groups = await ClientGroup.connectOnEachNode(cluster, CLIENTS_PER_NODE);
  const all = groups.flatMap(({ members }) => members);
  const senders = await Promise.all(cluster.nodes.map((node) => SteadySender.start(cluster, node, 20)));
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  const waitForRecoverable = watchRecoverable(all);
  await cluster.promote(standby);
  for (const { redisGate } of cluster.nodes) cut(redisGate);
  await waitUntil(() => all.every(({ client }) => client.eventsNamed('system:resync').length > 0), 'resyncs');
  await waitForRecoverable();
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('ok')));
  await Promise.all(senders.map((sender) => sender.waitForMore(50)));
  const sentTexts = await Promise.all(senders.map((sender) => sender.stop()));
  const missed = await expectReceivedOrResynced(all, sentTexts);
  for (const { client, reconnects } of all) {
    expect(reconnects).toEqual([]);
    expect(client.eventsNamed('system:resync').map(({ reason }) => reason)).toEqual(['epoch']);
    client.clearReceived();
  }
  const later = await Promise.all(cluster.nodes.map((node) => SteadySender.start(cluster, node, 20)));
  await Promise.all(later.map((sender) => sender.waitForMore(20)));
  for (const { gate } of groups) gate.resetConnections();
  await Promise.all(groups.map((group) => group.waitForReconnects()));
  await Promise.all(later.map((sender) => sender.waitForMore(20)));
  await expectAllReceived(all, await Promise.all(later.map((sender) => sender.stop())));
  for (const { reconnects } of all) expect(reconnects).toEqual([true]);
  await Promise.all(groups.map(({ members }, index) => expectTypingReaches(members, groups[1 - index]?.members ?? [])));
  return { clients: all.length, messages: sentTexts.flat().length, ...missed };
}

/** Volatile events use a channel instead of the journal; that has to move to the new server too. */
async function expectTypingReaches(
  [first]: readonly ReconnectingClient[],
  others: readonly ReconnectingClient[],
): Promise<void> {
  await waitUntil(async () => {
    await first?.client.send('chat:typing', { channel: 'global' });
    return others.every(({ client }) =>
      client.eventsNamed('chat:typing').some(({ from }) => from.userId === first?.id),
    );
  }, 'volatile events reach the other node');
}
