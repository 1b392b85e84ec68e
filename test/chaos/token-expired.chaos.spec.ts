/** A token runs out while its client is away: the client is refused and gets nothing, until it sets a fresh token: then all. */
import { until } from '../support/client';
import { burst } from './support/burst';
import { codeOf, tap } from './support/claim';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import { ending } from './support/tokens';

const CLIENTS = 3;
const LIFE_MS = 6_000;

scenario('a token that expires while its client is away', { nodes: ['west', 'east'] }, async (world) => {
  const speaker = await world.join(world.node(1));
  const guests = await world.guests(CLIENTS);
  const endsAt = Date.now() + LIFE_MS;
  const shortLived = guests.map((guest) => ({ ...guest, accessToken: ending(guest.accessToken, endsAt) }));
  const crowd = await Crowd.of(world, world.node(0), shortLived);
  const texts = await burst(speaker, 20);
  await crowd.heard(texts, []);
  const refusals: unknown[] = [];
  const taps = crowd.travellers.map(({ client }) => {
    client.socket.on('connect_error', (error) => codeOf(error) !== undefined && refusals.push(codeOf(error)));
    return tap(client);
  });
  crowd.keepAway({ halfOpen: world.chance.pick([true, false]) });
  const missed = await burst(speaker, 40);
  await until(() => Date.now() > endsAt, 'the tokens have expired');
  crowd.lead(world.node(1));
  await until(() => refusals.length === CLIENTS, 'all are refused');
  for (const { client } of crowd.travellers) expect(client.socket.active).toBe(false);
  for (const bytes of taps) for (const text of missed) expect(bytes()).not.toContain(text);
  crowd.lead(world.chance.pick(world.nodes));
  guests.forEach(({ accessToken }, index) => {
    const socket = crowd.travellers[index]?.client.socket;
    if (socket) socket.auth = { token: accessToken };
    socket?.connect();
  });
  await crowd.back();
  await crowd.heard([...texts, ...missed, ...(await burst(speaker, 20))], [true]);
  expect(refusals).toEqual(guests.map(() => 'EXPIRED_TOKEN'));
  return { clients: CLIENTS, refused: refusals.length, missed: missed.length };
});
