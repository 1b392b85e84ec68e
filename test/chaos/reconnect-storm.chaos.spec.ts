/** A node with 300 clients is killed: all are back on the other one, and nobody is told offline who was away so shortly. */
import { Balancer } from '../support/balancer';
import { connect, until } from '../support/client';
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

const CLIENTS = 300;
/** Two leases and a sweep: by then the dead node's memberships are gone. */
const SWEPT_MS = 30_000;

scenario('a reconnect storm of 300', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const guests = await world.guests(CLIENTS);
  const ids = guests.map(({ id }) => id);
  const balancer = await Balancer.before([west.url, east.url]);
  try {
    const clients = await Promise.all(
      guests.map(({ accessToken }) => connect(balancer.url, accessToken, { reconnection: true })),
    );
    const witness = await Witness.of(world, east, ids);
    await witness.agrees(ids, 'all are online before');
    const ended = clients.filter((client) => client.all('system:connected')[0]?.nodeId === 'west');
    expect(ended.length).toBe(CLIENTS / 2);
    for (const client of clients) client.forget();
    witness.forget();
    await west.kill();
    await Promise.all(ended.map((client) => client.event('system:sync', undefined, 30_000)));
    expect(ended.map((client) => client.all('system:connected').map(({ nodeId }) => nodeId))).toEqual(
      ended.map(() => ['east']),
    );
    const [key = ''] = await world.probe.keys('*:leases');
    await until(async () => (await world.probe.zcard(key)) === 1, 'the dead node is swept', SWEPT_MS);
    await witness.agrees(ids, 'all are online');
    expect(witness.told).toEqual([]);
    return { clients: CLIENTS, back: ended.length };
  } finally {
    await balancer.close();
  }
});
