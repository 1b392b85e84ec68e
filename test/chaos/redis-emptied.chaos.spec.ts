/** Redis restarts empty: nodes restore their memberships, and no change is announced that has not happened. */
import { scenario, TWO_NODES } from './support/scenario';
import { PresenceObserver } from './support/assertions/presence-observer';

scenario('Redis restarted empty: memberships are restored without announcements', TWO_NODES, async (cluster) => {
  const players = (await Promise.all(cluster.nodes.map((node) => cluster.connectGuests(node, 20)))).flat();
  const ids = players.map(({ id }) => id);
  const observer = await PresenceObserver.subscribe(cluster, cluster.node(0), ids);
  await observer.waitForAgreement(ids, 'all are online');
  observer.resetAnnouncements();
  await cluster.redis.restart();
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('ok')));
  await observer.waitForAgreement(ids, 'all are online again');
  expect(observer.announcements).toEqual([]);
  const leaving = players.filter(() => cluster.random.nextInt(2) === 0);
  for (const { client } of leaving) client.close();
  const staying = players.filter((player) => !leaving.includes(player));
  await observer.waitForAgreement(
    staying.map(({ id }) => id),
    'users who leave afterwards are offline',
  );
  expect(observer.announcements.length).toBe(leaving.length);
  return { clients: players.length, left: leaving.length };
});
