/** Redis is away for a minute under load: each node serves its own clients, and later every client gets what it missed. */
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../support/clients/client';
import { ClientGroup, watchRecoverable, type ReconnectingClient } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { SteadySender } from './support/load/steady-sender';
import { PresenceObserver } from './support/assertions/presence-observer';
import { expectAllReceived, receivedMessages } from './support/assertions/message-delivery';

const CLIENTS_PER_NODE = 5;
const LEAVING_PER_NODE = 3;
const AWAY_MS = 60_000;
/** Several, so that no sender exceeds its limit of pending commands when the machine is slow. */
const SENDERS_PER_NODE = 4;
const PACE_MS = 80;
const MAX_GROWTH_MB = 96;

scenario('Redis away for 60 s under load: local delivery continues, no message is lost', TWO_NODES, async (cluster) => {
  const groups = await ClientGroup.connectOnEachNode(cluster, CLIENTS_PER_NODE);
  const all = groups.flatMap(({ members }) => members);
  const leaving = await Promise.all(cluster.nodes.map((node) => cluster.connectGuests(node, LEAVING_PER_NODE)));
  const leavingIds = leaving.map((players) => players.map(({ id }) => id));
  const staying = all.map(({ id }) => id);
  const ids = [...staying, ...leavingIds.flat()];
  const observers = await Promise.all(cluster.nodes.map((node) => PresenceObserver.subscribe(cluster, node, ids)));
  for (const observer of observers) await observer.waitForAgreement(ids, 'all are online');
  const sendersByNode = await Promise.all(
    cluster.nodes.map((node) =>
      Promise.all(Array.from({ length: SENDERS_PER_NODE }, () => SteadySender.start(cluster, node, PACE_MS))),
    ),
  );
  const senders = sendersByNode.flat();
  await Promise.all(senders.map((sender) => sender.waitForMore(25)));
  const before = cluster.nodes.map(({ residentMb }) => residentMb);
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.close()));
  const sentBefore = sendersByNode.map((ofNode) => ofNode.map(({ sent }) => sent.length));
  await waitUntil(() => all.every((member) => noticeCount(member, 'DEGRADED') === 1), 'all got a notice');
  for (const observer of observers) observer.resetAnnouncements();
  for (const { client } of leaving.flat()) client.close();
  await delay(AWAY_MS);
  expect(cluster.runningNodes).toEqual(cluster.nodes);
  const growth = [growthSince()];
  for (const [index, { members }] of groups.entries()) {
    const local = (sendersByNode[index] ?? []).flatMap((sender) => [...sender.sent]);
    await waitUntil(() => members.every((member) => hasReceivedAll(member, local)), 'local delivery', 10_000);
    const remote = new Set(
      sendersByNode[1 - index]?.flatMap((sender, i) => sender.sent.slice((sentBefore[1 - index]?.[i] ?? 0) + 1)),
    );
    for (const member of members) expect(receivedMessages(member).filter((message) => remote.has(message))).toEqual([]);
  }
  const waitForRecoverable = watchRecoverable(all);
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.open()));
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('ok')));
  await waitForRecoverable();
  await Promise.all(senders.map((sender) => sender.waitForMore(15)));
  growth.push(growthSince());
  for (const { gate } of groups) gate.resetConnections();
  await Promise.all(groups.map((group) => group.waitForReconnects()));
  await Promise.all(senders.map((sender) => sender.waitForMore(15)));
  const sentTexts = await Promise.all(senders.map((sender) => sender.stop()));
  await expectAllReceived(all, sentTexts);
  for (const member of all) {
    expect(member.reconnects).toEqual([true]);
    expect(noticeCount(member, 'DEGRADED')).toBe(1);
    expect(member.client.eventsNamed('system:resync')).toEqual([]);
  }
  for (const [index, observer] of observers.entries()) {
    await observer.waitForAgreement(staying, 'both nodes agree on who is online');
    for (const id of leavingIds[index] ?? []) expect(observer.announcementsOf(id)).toBe('-');
    const isWrong = (entry: string): boolean => entry.startsWith('+') || staying.includes(entry.slice(1));
    expect(observer.announcements.filter(isWrong)).toEqual([]);
  }
  for (const mb of growth.flat()) expect(mb).toBeLessThan(MAX_GROWTH_MB);
  const messages = sentTexts.reduce((sum, { length }) => sum + length, 0);
  const growthMb = Math.round(Math.max(...growth.flat()));
  return { clients: all.length, messages, received: messages * all.length, growthMb };

  function growthSince(): number[] {
    return cluster.nodes.map(({ residentMb }, index) => residentMb - (before[index] ?? 0));
  }
});

const noticeCount = ({ client }: ReconnectingClient, wanted: string): number =>
  client.eventsNamed('system:error').filter(({ code }) => code === wanted).length;

function hasReceivedAll(client: ReconnectingClient, messages: readonly string[]): boolean {
  const received = new Set(receivedMessages(client));
  return messages.every((message) => received.has(message));
}
