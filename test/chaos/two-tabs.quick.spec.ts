/** Users with a tab on each of two nodes close them in any order: each is announced offline once, with the last tab. */
import { connect } from '../support/clients/client';
import { scenario, TWO_NODES } from './support/scenario';
import { PresenceObserver } from './support/assertions/presence-observer';

scenario('a user with tabs on two nodes is announced offline with the last tab', TWO_NODES, async (cluster) => {
  const guests = await cluster.createGuests(20);
  const ids = guests.map(({ id }) => id);
  const tabs = await Promise.all(
    guests.map(({ accessToken }) => Promise.all(cluster.nodes.map(({ url }) => connect(url, accessToken)))),
  );
  const observer = await PresenceObserver.subscribe(cluster, cluster.random.pick(cluster.nodes), ids);
  await observer.waitForAgreement(ids, 'all are online');
  const last = tabs.map((ofUser) => {
    const first = cluster.random.pick(ofUser);
    first.close();
    return ofUser.find((tab) => tab !== first);
  });
  for (const tab of last) await tab?.roundTrip();
  observer.resetAnnouncements();
  const [leaving, staying] = [last.slice(0, 12), last.slice(12)];
  for (const tab of leaving) tab?.close();
  await observer.waitForAgreement(ids.slice(12), 'users without a tab are offline');
  for (const tab of staying) await tab?.roundTrip();
  expect(observer.announcements.length).toBe(12);
  return { users: 20, offline: observer.announcements.length };
});
