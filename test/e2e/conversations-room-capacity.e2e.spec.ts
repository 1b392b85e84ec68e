/** A node at its limit of room memberships: a connection is in the rooms of all its user's conversations, or refused. */
import { RoomKind } from '@aeturnis/contracts';
import { ConnectionRegistry, RoomService } from '@aeturnis/realtime';
import {
  createTestClient,
  closeClients,
  connect,
  type Guest,
  isClosedBeforeAdmission,
  playAsGuest,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { usePrivateServer } from '../support/servers/private-server';

/** Rooms of every connection: its own, its user's, the global chat and the global events. */
const BASE_ROOMS = 4;
const MAX_MEMBERSHIPS = 30;
const CONVERSATIONS = 12;

const server = usePrivateServer({
  LIMITS: 'off',
  MAX_ROOM_MEMBERSHIPS: String(MAX_MEMBERSHIPS),
  GUEST_SHARE_PERCENT: '100',
});
let anna: Guest;
beforeAll(async () => {
  anna = await playAsGuest(server.url);
  for (let n = 0; n < CONVERSATIONS; n++) await createGroup(anna);
}, 120_000);
afterEach(async () => {
  closeClients();
  await waitUntil(() => connections().size === 0, 'all clients are disconnected');
});

const connections = (): ConnectionRegistry => server.app.get(ConnectionRegistry);
const createGroup = ({ accessToken: token }: Guest) =>
  callApi(server.url, 'POST', '/api/conversations', { token, body: { kind: 'group', participantIds: [] } });
const roomsOf = ({ socket: { id = '' } }: TestClient): number => {
  const connection = connections().get(id);
  return connection ? server.app.get(RoomService).idsOf(connection, RoomKind.Conversation).length : 0;
};

it('a connection whose conversations do not fit is closed before admission', async () => {
  expect(roomsOf(await connect(server.url, anna.accessToken))).toBe(CONVERSATIONS);
  expect(await isClosedBeforeAdmission(createTestClient(server.url, anna.accessToken).socket)).toBe(true);
  await connect(server.url, (await playAsGuest(server.url)).accessToken);
});

it('a member whose next conversation does not fit is disconnected and refused until there is room for all', async () => {
  const ben = await playAsGuest(server.url);
  const annaClient = await connect(server.url, anna.accessToken);
  const benClient = await connect(server.url, ben.accessToken);
  const fitting = MAX_MEMBERSHIPS - 2 * BASE_ROOMS - CONVERSATIONS;
  for (let n = 0; n < fitting; n++) await createGroup(ben);
  await waitUntil(() => roomsOf(benClient) === fitting, 'Ben is in all rooms that fit');
  expect(benClient.socket.connected).toBe(true);
  await createGroup(ben);
  expect(await benClient.waitForEvent('system:disconnected')).toMatchObject({ code: 'OVERLOADED', reconnect: true });
  await waitUntil(() => connections().size === 1, 'Ben is disconnected');
  expect(await isClosedBeforeAdmission(createTestClient(server.url, ben.accessToken).socket)).toBe(true);
  annaClient.close();
  await waitUntil(() => connections().size === 0, 'Anna is disconnected');
  expect(roomsOf(await connect(server.url, ben.accessToken))).toBe(fitting + 1);
});

it('of several concurrent connections, each is refused, closed, or in all of its conversations', async () => {
  const clients = Array.from({ length: 5 }, () => createTestClient(server.url, anna.accessToken));
  const outcomes = clients.map(async (client): Promise<unknown> => {
    const refused = isClosedBeforeAdmission(client.socket);
    const closed = client.waitForEvent('system:disconnected').then(({ code }) => code);
    closed.catch(() => undefined);
    const notAdmitted = refused.then((isTrue) => (isTrue ? 'refused' : new Promise<never>(() => undefined)));
    return Promise.race([notAdmitted, closed, client.waitForEvent('system:sync').then(() => roomsOf(client))]);
  });
  const found = await Promise.all(outcomes);
  expect(found.filter((outcome) => !['refused', 'OVERLOADED', CONVERSATIONS].includes(outcome as never))).toEqual([]);
  expect(found).toContain(CONVERSATIONS);
});
