/** A node is killed before it announces users that connect and disconnect: another node announces both once, in order. */
import { createTestClient, waitUntil } from '../support/clients/client';
import { scenario, TWO_NODES } from './support/scenario';
import { PresenceObserver } from './support/assertions/presence-observer';

const USERS = 12;
/** The lease of a killed node expires within this time, and its users are announced offline. */
const WITHIN_MS = 15_000;

scenario('announcements pending on a killed node are made by another, in order', TWO_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const players = await cluster.connectGuests(west, USERS);
  const ids = players.map(({ id }) => id);
  const observer = await PresenceObserver.subscribe(cluster, east, ids);
  for (const player of players) player.client.close();
  await observer.waitForAgreement([], 'all are offline');
  const pending = (): Promise<number> => cluster.probe.zcard('{rt}:members:untold');
  await waitUntil(async () => (await pending()) === 0, 'no announcement is pending');
  // Simulates users after a long absence: the versions of their last announcements have expired.
  const versionKeys = await cluster.probe.keys('*:t:presence:*');
  expect(versionKeys).toHaveLength(USERS + 1);
  await cluster.probe.del(...versionKeys);
  observer.resetAnnouncements();
  // An announcement needs the name of the user: the stalled database keeps every announcement pending.
  cluster.postgresGate.stall();
  const newClients = players.map(({ accessToken }) => createTestClient(west.url, accessToken));
  const online = (): Promise<number> => cluster.probe.hlen('{rt}:members:group:online');
  await waitUntil(async () => (await online()) === USERS + 1, 'the store has recorded the connects');
  for (const client of newClients) client.close();
  await waitUntil(async () => (await online()) === 1, 'the store has recorded the disconnects');
  await west.kill();
  cluster.postgresGate.resume();
  await waitUntil(async () => observer.announcements.length === 2 * USERS, 'announcements', WITHIN_MS);
  await observer.waitForAgreement([], 'all are offline again');
  await waitUntil(async () => (await pending()) === 0, 'no announcement is pending any more');
  for (const id of ids) expect(observer.announcementsOf(id)).toBe('+-');
  expect(await cluster.probe.exists('{rt}:members:came')).toBe(0);
  await west.restart();
  return { users: USERS, announced: observer.announcements.length };
});
