/** A token expires while its client is away: the client is refused, and resumes without loss once it sets a fresh token. */
import { waitUntil } from '../support/clients/client';
import { sendBurst } from './support/load/burst';
import { refusalCodeOf, recordBytes } from './support/session-claim';
import { ClientGroup } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { withExpiry } from './support/token-expiry';

const CLIENTS = 3;
const TOKEN_LIFETIME_MS = 6_000;

scenario('a client whose token expires is refused, and resumes with a fresh token', TWO_NODES, async (cluster) => {
  const speaker = await cluster.connectGuest(cluster.node(1));
  const guests = await cluster.createGuests(CLIENTS);
  const endsAt = Date.now() + TOKEN_LIFETIME_MS;
  const shortLived = guests.map((guest) => ({ ...guest, accessToken: withExpiry(guest.accessToken, endsAt) }));
  const group = await ClientGroup.connectPlayers(cluster, cluster.node(0), shortLived);
  const texts = await sendBurst(speaker, 20);
  await group.expectReceived(texts, []);
  const refusals: unknown[] = [];
  const taps = group.members.map(({ client }) => {
    client.socket.on(
      'connect_error',
      (error) => refusalCodeOf(error) !== undefined && refusals.push(refusalCodeOf(error)),
    );
    return recordBytes(client);
  });
  group.disconnectAll({ halfOpen: cluster.random.pick([true, false]) });
  const missed = await sendBurst(speaker, 40);
  await waitUntil(() => Date.now() > endsAt, 'the tokens have expired');
  group.redirectTo(cluster.node(1));
  await waitUntil(() => refusals.length === CLIENTS, 'all are refused');
  for (const { client } of group.members) expect(client.socket.active).toBe(false);
  for (const bytes of taps) for (const text of missed) expect(bytes()).not.toContain(text);
  group.redirectTo(cluster.random.pick(cluster.nodes));
  guests.forEach(({ accessToken }, index) => {
    const socket = group.members[index]?.client.socket;
    if (socket) socket.auth = { token: accessToken };
    socket?.connect();
  });
  await group.waitForReconnects();
  await group.expectReceived([...texts, ...missed, ...(await sendBurst(speaker, 20))], [true]);
  expect(refusals).toEqual(guests.map(() => 'EXPIRED_TOKEN'));
  return { clients: CLIENTS, refused: refusals.length, missed: missed.length };
});
