/** A node is killed after its users disconnect, before it announces them offline: another node announces each once. */
import { waitUntil } from '../support/clients/client';
import { scenario, TWO_NODES } from './support/scenario';
import { PresenceObserver } from './support/assertions/presence-observer';

const USERS = 12;
/** In this time the lease of a killed node expires, and another node has announced its users offline. */
const WITHIN_MS = 15_000;

scenario('another node makes the pending offline announcements of a killed node, once', TWO_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const players = await cluster.connectGuests(west, USERS);
  const ids = players.map(({ id }) => id);
  const observer = await PresenceObserver.subscribe(cluster, east, ids);
  await observer.waitForAgreement(ids, 'all are online');
  /** The number of announcements that no node has acknowledged yet. */
  const pending = (): Promise<number> => cluster.probe.zcard('{rt}:members:untold');
  await waitUntil(async () => (await pending()) === 0, 'no announcement is pending');
  observer.resetAnnouncements();
  // An announcement needs the name of the user: the stalled database keeps every announcement pending.
  cluster.postgresGate.stall();
  for (const { client } of players) client.close();
  await waitUntil(async () => (await pending()) === USERS, 'the store has recorded the disconnects');
  await west.kill();
  cluster.postgresGate.resume();
  await observer.waitForAgreement([], 'all are offline', WITHIN_MS);
  await waitUntil(async () => (await pending()) === 0, 'no announcement is pending any more');
  // One offline announcement each, and none online.
  for (const id of ids) expect(observer.announcementsOf(id)).toBe('-');
  await west.restart();
  return { users: USERS, announced: observer.announcements.length };
});
