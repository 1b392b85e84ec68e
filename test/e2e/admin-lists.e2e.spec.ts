/** Lists of connections, rooms and members for administrators: merged from all nodes, searched and paged on the server. */
import {
  closeClients,
  connect,
  createCharacter,
  type Guest,
  type Player,
  playAsGuest,
  registerAdmin,
  registerPlayer,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { callApi, type HttpAnswer, untilNodesAnswer } from '../support/clients/http';
import { useNodeCluster } from '../support/servers/node-cluster';
import type { ServerProcess } from '../support/servers/server';

const cluster = useNodeCluster({ ADMIN_USERS: 'boss', LIMITS: 'off' });
let west: ServerProcess;
let east: ServerProcess;
let boss: Player;

beforeAll(async () => {
  [west, east] = await Promise.all([
    cluster.startProcess({ NODE_ID: 'west' }),
    cluster.startProcess({ NODE_ID: 'east' }),
  ]);
  boss = await registerAdmin(west.url);
}, 120_000);
// The lists are those of the clients of one test.
afterEach(async () => {
  closeClients();
  await waitUntil(async () => (await rowsOf('sockets', 'sockets')).length === 0, 'all connections have ended');
});

type Row = Record<string, unknown>;

const get = (path: string, token = boss.accessToken, url = west.url, stopped: string[] = []): Promise<HttpAnswer> =>
  untilNodesAnswer(() => callApi(url, 'GET', `/api/admin/${path}`, { token }), stopped);
const getWithoutEast = (path: string): Promise<HttpAnswer> => get(path, boss.accessToken, west.url, ['east']);
const rowsOf = async (path: string, field: string): Promise<Row[]> => (await get(path)).body[field] as Row[];
const guests = (url: string, count: number): Promise<Guest[]> =>
  Promise.all(Array.from({ length: count }, () => playAsGuest(url)));
const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** Follows `next` to the end. */
async function pages(path: string, field: string, limit: number): Promise<Row[][]> {
  const found: Row[][] = [];
  for (let cursor = ''; ;) {
    const joiner = path.includes('?') ? '&' : '?';
    const { status, body } = await get(`${path}${joiner}limit=${limit}${cursor}`);
    expect(status).toBe(200);
    found.push(body[field] as Row[]);
    if (body['next'] === undefined) return found;
    cursor = `&cursor=${encodeURIComponent(body['next'] as string)}`;
  }
}

describe('sockets', () => {
  it('are listed from all nodes in one stable order, page by page', async () => {
    const users = [...(await guests(west.url, 3)), ...(await guests(east.url, 4))];
    const clients = await Promise.all(
      users.map(({ accessToken }, index) => connect((index < 3 ? west : east).url, accessToken)),
    );
    const twice = users[0] as Guest;
    clients.push(await connect(east.url, twice.accessToken));
    const listed = await pages('sockets', 'sockets', 3);
    expect(listed.map(({ length }) => length)).toEqual([3, 3, 2]);
    const keys = listed.flat().map(({ userId, socketId }) => `${String(userId)}:${String(socketId)}`);
    expect(keys).toEqual(keys.toSorted(byText));
    expect(listed.flat().map(({ socketId }) => socketId)).toEqual(
      expect.arrayContaining(clients.map(({ socket }) => socket.id)),
    );
    expect(listed.flat().filter(({ userId }) => userId === twice.id)).toHaveLength(2);
    expect(listed.flat()).toContainEqual({
      socketId: clients.at(-1)?.socket.id,
      userId: twice.id,
      name: twice.name,
      nodeId: 'east',
      transport: 'websocket',
      connectedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      // user:, global:chat and global:events.
      rooms: 3,
      unsentBytes: 0,
    });
  });

  it('are found by the beginning of a name or of a user id, by socket id, address and node', async () => {
    const anna = await registerPlayer(east.url, `Anna${Date.now().toString(36)}`);
    const client = await connect(east.url, anna.accessToken, { extraHeaders: { 'x-forwarded-for': '2001:db8::7' } });
    await connect(west.url, (await playAsGuest(west.url)).accessToken);
    const found = async (query: string, node?: string): Promise<unknown[]> => {
      const search = new URLSearchParams({ query, ...(node === undefined ? {} : { node }) });
      return (await rowsOf(`sockets?${search.toString()}`, 'sockets')).map(({ userId }) => userId);
    };
    const { id: socketId = '' } = client.socket;
    for (const query of [anna.name.toUpperCase(), anna.name.slice(0, -1), anna.id, anna.id.slice(0, 13), socketId])
      expect([query, await found(query)]).toEqual([query, [anna.id]]);
    expect(await found('2001:DB8::7')).toEqual([anna.id]);
    expect(await found(anna.name.slice(1))).toEqual([]);
    expect(await found(anna.name, 'east')).toEqual([anna.id]);
    expect(await found(anna.name, 'west')).toEqual([]);
    expect((await get('sockets?node=north')).status).toBe(404);
    expect(JSON.stringify((await get('sockets')).body)).not.toContain('2001:db8');
  });

  it('name a node that does not answer, and list those of the others', async () => {
    await connect(west.url, (await playAsGuest(west.url)).accessToken);
    expect((await get('sockets')).body).toMatchObject({ unansweredNodes: [] });
    east.kill('SIGSTOP');
    const { body } = await getWithoutEast('sockets');
    const rooms = (await getWithoutEast('rooms')).body;
    east.kill('SIGCONT');
    expect([body['unansweredNodes'], rooms['unansweredNodes']]).toEqual([['east'], ['east']]);
    expect(body['sockets']).toHaveLength(1);
  });
});

describe('rooms', () => {
  const enterZone = async (url: string): Promise<TestClient> => {
    const player = await playAsGuest(url);
    const client = await connect(url, player.accessToken);
    await client.send('character:select', { characterId: (await createCharacter(url, player)).id });
    return client;
  };

  it('are listed once with the connections of all nodes; those of one user only by their kind', async () => {
    await Promise.all([enterZone(west.url), enterZone(east.url), enterZone(east.url)]);
    const listed = await pages('rooms', 'rooms', 2);
    expect(listed.flat()).toEqual([
      { name: 'global:chat', kind: 'global', connections: 3 },
      { name: 'global:events', kind: 'global', connections: 3 },
      { name: 'zone:starting_village', kind: 'zone', connections: 3 },
    ]);
    expect(listed.map(({ length }) => length)).toEqual([2, 1]);
    const personal = await pages('rooms?kind=user', 'rooms', 2);
    expect(personal.flat()).toHaveLength(3);
    expect(personal.flat().every(({ kind, connections }) => kind === 'user' && connections === 1)).toBe(true);
    expect(await rowsOf('rooms?kind=character', 'rooms')).toHaveLength(3);
  });

  it('are found by the beginning of the name, or of the part after the kind', async () => {
    await enterZone(east.url);
    const found = async (query: string): Promise<unknown[]> =>
      (await rowsOf(`rooms?query=${query}`, 'rooms')).map(({ name }) => name);
    for (const query of ['starting', 'zone:', 'Zone:start', 'zone:starting_village'])
      expect([query, await found(query)]).toEqual([query, ['zone:starting_village']]);
    expect(await found('village')).toEqual([]);
    expect((await get('rooms?kind=planet')).status).toBe(400);
  });

  it('members are the users with their connections, each once, page by page', async () => {
    const users = [...(await guests(west.url, 2)), ...(await guests(east.url, 3))];
    await Promise.all(users.map(({ accessToken }) => connect(east.url, accessToken)));
    const [twice] = users as [Guest];
    await connect(west.url, twice.accessToken);
    const listed = await pages('rooms/global:chat/members', 'members', 2);
    expect(listed.map(({ length }) => length)).toEqual([2, 2, 1]);
    const expected = users.map(({ id, name }) => ({ userId: id, name, connections: id === twice.id ? 2 : 1 }));
    expect(listed.flat()).toEqual(expected.toSorted((a, b) => byText(a.userId, b.userId)));
    expect((await get('rooms/global%3Achat/members')).body).toMatchObject({ room: 'global:chat', kind: 'global' });
    expect(await rowsOf('rooms/zone:nowhere/members', 'members')).toEqual([]);
    for (const wrong of ['nokind', 'zone:', 'zone:a%2Fb', `zone:${'x'.repeat(100)}`])
      expect([wrong, (await get(`rooms/${wrong}/members`)).status]).toEqual([wrong, 400]);
  });
});

it.each(['sockets', 'rooms', 'rooms/global:chat/members'])(
  '%s: players are refused, and wrong pages too',
  async (path) => {
    const player = await registerPlayer(east.url);
    for (const { url } of [west, east])
      expect(await get(path, player.accessToken, url)).toMatchObject({
        status: 403,
        body: { error: { code: 'FORBIDDEN' } },
      });
    for (const query of ['limit=0', 'limit=101', 'cursor=', 'cursor=%00', 'surprise=1'])
      expect([query, (await get(`${path}?${query}`)).status]).toEqual([query, 400]);
  },
);
