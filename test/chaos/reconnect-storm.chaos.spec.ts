/**
 * A node with 2,000 clients is killed, and all reconnect at once to the other node: every session resumes without loss, no
 * client that is back in time is announced offline, and the clients of the other node get answers all the time.
 */
import { waitUntil } from '../support/clients/client';
import { LEASE_TIMING } from '../../libs/realtime/src/cluster/membership/lease-timing';
import { ClientGroup } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { SteadySender } from './support/load/steady-sender';
import { PresenceObserver } from './support/assertions/presence-observer';

const GROUPS = 20;
/** The groups connect one after the other; only the reconnect is a storm. */
const CLIENTS_PER_GROUP = 100;
const RESIDENTS = 20;
/** Number of users that one connection may subscribe to. */
const MAX_SUBSCRIPTIONS = 500;
/** Each message is delivered to all clients. */
const PACE_MS = 1_000;
/** Two leases and a sweep: by then the memberships of the dead node are removed. */
const SWEEP_TIMEOUT_MS = 30_000;
/** The lease of a dead node lasts at least this long: a client that is back by then is never announced offline. */
const MIN_LEASE_HELD_MS = LEASE_TIMING.ttlMs - LEASE_TIMING.renewMs - 500;
const RECONNECT_TIMEOUT_MS = 90_000;

scenario('2,000 clients of a killed node resume without loss', { ...TWO_NODES, isUngated: true }, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const groups: ClientGroup[] = [];
  while (groups.length < GROUPS) groups.push(await ClientGroup.connectGuests(cluster, west, CLIENTS_PER_GROUP));
  const members = groups.flatMap((group) => group.members);
  const ids = members.map(({ id }) => id);
  const idLists: string[][] = [];
  for (let at = 0; at < ids.length; at += MAX_SUBSCRIPTIONS) idLists.push(ids.slice(at, at + MAX_SUBSCRIPTIONS));
  const observers = await Promise.all(idLists.map((list) => PresenceObserver.subscribe(cluster, east, list)));
  const waitForAllOnline = (what: string): Promise<unknown> =>
    Promise.all(observers.map((observer, index) => observer.waitForAgreement(idLists[index] ?? [], what)));
  await waitForAllOnline('all are online before');
  for (const observer of observers) observer.resetAnnouncements();
  let refusals = 0;
  for (const { client } of members) client.socket.on('connect_error', () => refusals++);
  const backInTime = new Set<string>();
  let killedAt = Infinity;
  for (const { id, client } of members)
    client.socket.on('connect', () => {
      if (Date.now() < killedAt + MIN_LEASE_HELD_MS) backInTime.add(id);
    });

  const residents = await cluster.connectGuests(east, RESIDENTS);
  const sender = await SteadySender.start(cluster, east, PACE_MS);
  await sender.waitForMore(2);
  let isStorm = true;
  let [answered, slowestMs] = [0, 0];
  const pingLoops = residents.map(async ({ client }) => {
    while (isStorm) {
      const sentAt = Date.now();
      expect(await client.send('system:ping')).toMatchObject({ success: true });
      slowestMs = Math.max(slowestMs, Date.now() - sentAt);
      answered++;
    }
  });
  for (const group of groups) group.redirectTo(east);
  killedAt = Date.now();
  await west.kill();
  await waitUntil(
    () => members.every(({ reconnects }) => reconnects.length > 0),
    'all have reconnected',
    RECONNECT_TIMEOUT_MS,
  );
  const lastBackMs = Date.now() - killedAt;
  isStorm = false;
  await Promise.all(pingLoops);

  const [key = ''] = await cluster.probe.keys('*:leases');
  await waitUntil(async () => (await cluster.probe.zcard(key)) === 1, 'the dead node is swept', SWEEP_TIMEOUT_MS);
  await waitForAllOnline('all are online');
  const announcements = observers.flatMap((observer) => observer.announcements);
  expect(announcements.filter((announcement) => backInTime.has(announcement.slice(1)))).toEqual([]);
  const messages = await sender.stop();
  for (const group of groups) await group.expectReceived(messages, [true]);
  expect(members.filter(({ client }) => !client.socket.connected)).toEqual([]);
  const clients = members.length;
  const received = messages.length * clients;
  return { clients, backInTime: backInTime.size, lastBackMs, refusals, received, answered, slowestMs };
});
