/** A node is frozen past its lease and its clients resume on another: when the node thaws, it does not affect them. */
import { waitUntil } from '../support/clients/client';
import { ClientGroup } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { SteadySender } from './support/load/steady-sender';
import { PresenceObserver } from './support/assertions/presence-observer';

const CLIENTS_PER_GROUP = 4;
const MESSAGES_AFTER_THAW = 300;

scenario('a frozen node that thaws does not affect clients that have moved away', TWO_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const groups = await Promise.all([
    ClientGroup.connectGuests(cluster, west, CLIENTS_PER_GROUP),
    ClientGroup.connectGuests(cluster, west, CLIENTS_PER_GROUP),
  ]);
  const ids = groups.flatMap(({ members }) => members.map(({ id }) => id));
  const observer = await PresenceObserver.subscribe(cluster, east, ids);
  await observer.waitForAgreement(ids, 'all are online');
  const sender = await SteadySender.start(cluster, east, 20);
  await sender.waitForMore(50);
  west.freeze();
  await sender.waitForMore(cluster.random.nextInt(50));
  for (const [index, group] of groups.entries()) {
    group.redirectTo(east);
    // When it thaws, the frozen node notices the reset connections but takes the half-open ones for alive.
    group.gate.resetConnections({ halfOpen: index === 1 });
  }
  await Promise.all(groups.map((group) => group.waitForReconnects()));
  const [leases = ''] = await cluster.probe.keys('*:leases');
  await waitUntil(async () => (await cluster.probe.zcard(leases)) === 1, 'the lease expires', 30_000);
  await observer.waitForAgreement(ids, 'all are online on the other node');
  observer.resetAnnouncements();
  west.thaw();
  await west.waitForStatus('ok');
  await waitUntil(async () => (await west.socketMetrics()).connections.total === 0, 'old connections closed', 60_000);
  await sender.waitForMore(MESSAGES_AFTER_THAW);
  const sentTexts = await sender.stop();
  await Promise.all(groups.map((group) => group.expectReceived(sentTexts, [true])));
  await observer.waitForAgreement(ids, 'all are still online');
  expect(observer.announcements).toEqual([]);
  expect((await east.socketMetrics()).connections.total).toBe(ids.length + 2);
  for (const group of groups) {
    for (const { client } of group.members) {
      expect(client.eventsNamed('system:resync')).toEqual([]);
      client.close();
    }
  }
  await observer.waitForAgreement([], 'all are offline');
  return { clients: ids.length, messages: sentTexts.length };
});
