/** A node is frozen past its lease and thaws: its users are announced offline once and online once. */
import { waitUntil } from '../support/clients/client';
import { scenario, TWO_NODES } from './support/scenario';
import { PresenceObserver } from './support/assertions/presence-observer';

const USERS = 10;

scenario('users of a frozen node are announced offline once, and online once on thaw', TWO_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const [frozen, others] = await Promise.all([cluster.connectGuests(west, USERS), cluster.connectGuests(east, USERS)]);
  const ids = [...frozen, ...others].map(({ id }) => id);
  const observer = await PresenceObserver.subscribe(cluster, east, ids);
  await observer.waitForAgreement(ids, 'all are online');
  observer.resetAnnouncements();
  west.freeze();
  await observer.waitForAgreement(
    others.map(({ id }) => id),
    'the frozen users are offline',
  );
  west.thaw();
  await observer.waitForAgreement(ids, 'the users are online again');
  for (const { id } of frozen) expect(observer.announcementsOf(id)).toBe('-+');
  expect(observer.announcements.length).toBe(2 * USERS);
  await waitUntil(() => frozen.every(({ client }) => client.socket.connected), 'the connections have survived');
  for (const { client } of frozen) await client.roundTrip();
  return { users: USERS, announced: observer.announcements.length };
});
