/** One node loses Redis: the other announces its users offline, they chat locally, and each later change is announced once. */
import { scenario, TWO_NODES } from './support/scenario';
import { PresenceObserver } from './support/assertions/presence-observer';

const USERS = 8;

scenario('a partitioned node serves its users; each presence change is announced once', TWO_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const [cutOff, others] = await Promise.all([cluster.connectGuests(west, USERS), cluster.connectGuests(east, USERS)]);
  const ids = [...cutOff, ...others].map(({ id }) => id);
  const observer = await PresenceObserver.subscribe(cluster, east, ids);
  await observer.waitForAgreement(ids, 'all are online');
  observer.resetAnnouncements();
  await west.redisGate.close();
  await observer.waitForAgreement(
    others.map(({ id }) => id),
    'the users of the partitioned node are offline',
  );
  const [speaker] = cutOff;
  expect(await speaker?.client.send('chat:message', { channel: 'global', text: 'inside' })).toMatchObject({
    success: true,
  });
  for (const { client } of cutOff) await client.waitForEvent('chat:message', ({ text }) => text === 'inside');
  const leaving = cutOff.slice(0, 3);
  const localObserver = await PresenceObserver.subscribe(
    cluster,
    west,
    leaving.map(({ id }) => id),
  );
  for (const { client } of leaving) client.close();
  await localObserver.waitForAgreement([], 'the partitioned node announces the disconnects to its own clients');
  await west.redisGate.open();
  await west.waitForStatus('ok');
  const staying = [...cutOff.slice(3), ...others].map(({ id }) => id);
  await observer.waitForAgreement(staying, 'those that stayed are online again');
  // Announced offline by the other node; those that stayed are announced online again.
  for (const { id } of cutOff)
    expect(observer.announcementsOf(id)).toBe(leaving.some((user) => user.id === id) ? '-' : '-+');
  return { users: ids.length, announced: observer.announcements.length };
});
