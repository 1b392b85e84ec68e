/** A node that is full: nobody is connected to it without a room of one of their conversations. */
import { RoomKind } from '@aeturnis/contracts';
import { Connections, RoomService } from '@aeturnis/realtime';
import type { RunningServer } from '../../apps/server/src/server';
import {
  client,
  closeClients,
  connect,
  type Guest,
  isSentAway,
  playAsGuest,
  type TestClient,
  until,
} from '../support/client';
import { call } from '../support/http';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

/** Of its own, of its user, of the chat and of the events of all. */
const STANDING = 4;
const MOST = 30;
const CONVERSATIONS = 12;

let database: TestDatabase;
let server: RunningServer;
let anna: Guest;
beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({
    DATABASE_URL: database.url,
    LIMITS: 'off',
    MAX_ROOM_MEMBERSHIPS: String(MOST),
    GUEST_SHARE_PERCENT: '100',
  });
  anna = await playAsGuest(server.url);
  for (let n = 0; n < CONVERSATIONS; n++) await begin(anna);
}, 120_000);
afterEach(async () => {
  closeClients();
  await until(() => connections().size === 0, 'all have gone');
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

const connections = (): Connections => server.app.get(Connections);
const begin = ({ accessToken: token }: Guest) =>
  call(server.url, 'POST', '/api/conversations', { token, body: { kind: 'group', participantIds: [] } });
const roomsOf = ({ socket: { id = '' } }: TestClient): number => {
  const connection = connections().get(id);
  return connection ? server.app.get(RoomService).idsOf(connection, RoomKind.Conversation).length : 0;
};

it('a connection whose conversations do not fit is sent away at the handshake', async () => {
  expect(roomsOf(await connect(server.url, anna.accessToken))).toBe(CONVERSATIONS);
  expect(await isSentAway(client(server.url, anna.accessToken).socket)).toBe(true);
  await connect(server.url, (await playAsGuest(server.url)).accessToken);
});

it('a member whose next conversation does not fit is closed, refused, and in all of them once there is room', async () => {
  const ben = await playAsGuest(server.url);
  const her = await connect(server.url, anna.accessToken);
  const his = await connect(server.url, ben.accessToken);
  const fitting = MOST - 2 * STANDING - CONVERSATIONS;
  for (let n = 0; n < fitting; n++) await begin(ben);
  await until(() => roomsOf(his) === fitting, 'he is in all that fit');
  expect(his.socket.connected).toBe(true);
  await begin(ben);
  expect(await his.event('system:disconnected')).toMatchObject({ code: 'OVERLOADED', reconnect: true });
  await until(() => connections().size === 1, 'his connection has ended');
  expect(await isSentAway(client(server.url, ben.accessToken).socket)).toBe(true);
  her.close();
  await until(() => connections().size === 0, 'hers has ended');
  expect(roomsOf(await connect(server.url, ben.accessToken))).toBe(fitting + 1);
});

it('of several connections that come at once, each is refused, closed, or in all of its conversations', async () => {
  const clients = Array.from({ length: 5 }, () => client(server.url, anna.accessToken));
  const outcomes = clients.map(async (each): Promise<unknown> => {
    const refused = isSentAway(each.socket);
    const closed = each.event('system:disconnected').then(({ code }) => code);
    closed.catch(() => undefined);
    const sentAway = refused.then((isTrue) => (isTrue ? 'sent away' : new Promise<never>(() => undefined)));
    return Promise.race([sentAway, closed, each.event('system:sync').then(() => roomsOf(each))]);
  });
  const found = await Promise.all(outcomes);
  expect(found.filter((outcome) => !['sent away', 'OVERLOADED', CONVERSATIONS].includes(outcome as never))).toEqual([]);
  expect(found).toContain(CONVERSATIONS);
});
