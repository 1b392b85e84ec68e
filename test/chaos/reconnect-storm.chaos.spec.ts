/**
 * A node with 2,000 clients is killed, and all return at once to the other one: recovered, with nothing missed, none told
 * offline; and those who were on the other one all the time are answered meanwhile.
 */
import { until } from '../support/client';
import { LEASE_TIMING } from '../../libs/realtime/src/membership/lease-timing';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';
import { Witness } from './support/witness';

const CROWDS = 20;
/** They arrive in good order; only their return is a storm. */
const EACH = 100;
const RESIDENTS = 20;
/** One connection may follow so many. */
const FOLLOWED = 500;
/** All of them hear each word. */
const PACE_MS = 1_000;
/** Two leases and a sweep: by then the dead node's memberships are gone. */
const SWEPT_MS = 30_000;
/** For so long at least the lease of a dead node holds: who is back by then was never gone. */
const SURELY_HELD_MS = LEASE_TIMING.ttlMs - LEASE_TIMING.renewMs - 500;
const BACK_MS = 90_000;

scenario('a reconnect storm of 2,000', { nodes: ['west', 'east'], ungated: true }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const crowds: Crowd[] = [];
  while (crowds.length < CROWDS) crowds.push(await Crowd.enter(world, west, EACH));
  const travellers = crowds.flatMap((crowd) => crowd.travellers);
  const ids = travellers.map(({ id }) => id);
  const groups: string[][] = [];
  while (groups.flat().length < ids.length) groups.push(ids.slice(groups.flat().length).slice(0, FOLLOWED));
  const witnesses = await Promise.all(groups.map((group) => Witness.of(world, east, group)));
  const allOnline = (what: string): Promise<unknown> =>
    Promise.all(witnesses.map((witness, at) => witness.agrees(groups[at] ?? [], what)));
  await allOnline('all are online before');
  for (const witness of witnesses) witness.forget();
  let refusals = 0;
  for (const { client } of travellers) client.socket.on('connect_error', () => refusals++);
  const soon = new Set<string>();
  let killedAt = Infinity;
  for (const { id, client } of travellers)
    client.socket.on('connect', () => {
      if (Date.now() < killedAt + SURELY_HELD_MS) soon.add(id);
    });

  const residents = await world.joinMany(east, RESIDENTS);
  const speech = await Speech.on(world, east, PACE_MS);
  await speech.more(2);
  let storm = true;
  let [answered, slowestMs] = [0, 0];
  const asking = residents.map(async ({ client }) => {
    while (storm) {
      const askedAt = Date.now();
      expect(await client.send('system:ping')).toMatchObject({ success: true });
      slowestMs = Math.max(slowestMs, Date.now() - askedAt);
      answered++;
    }
  });
  for (const crowd of crowds) crowd.lead(east);
  killedAt = Date.now();
  await west.kill();
  await until(() => travellers.every(({ returns }) => returns.length > 0), 'all are back', BACK_MS);
  const lastBackMs = Date.now() - killedAt;
  storm = false;
  await Promise.all(asking);

  const [key = ''] = await world.probe.keys('*:leases');
  await until(async () => (await world.probe.zcard(key)) === 1, 'the dead node is swept', SWEPT_MS);
  await allOnline('all are online');
  expect(witnesses.flatMap(({ told }) => told).filter((word) => soon.has(word.slice(1)))).toEqual([]);
  const words = await speech.stop();
  for (const crowd of crowds) await crowd.heard(words, [true]);
  expect(travellers.filter(({ client }) => !client.socket.connected)).toEqual([]);
  const clients = travellers.length;
  return { clients, soon: soon.size, lastBackMs, refusals, heard: words.length * clients, answered, slowestMs };
});
