/** What comes back with a client that was cut off: the character it plays, on either node; nobody else can take its place. */
import {
  client,
  closeClients,
  connect,
  createCharacter,
  type Player,
  registerPlayer,
  type TestClient,
} from '../support/client';
import { Gate } from '../support/gate';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

let database: TestDatabase;
let redis: RedisServer;
let west: ServerProcess;
let east: ServerProcess;
let gate: Gate;

const startNode = (): Promise<ServerProcess> =>
  startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url, LIMITS: 'off' });

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  [west, east] = await Promise.all([startNode(), startNode()]);
}, 60_000);
beforeEach(async () => {
  gate = await Gate.before(west.url);
  await gate.open();
});
afterEach(async () => {
  closeClients();
  await gate.shut();
});
afterAll(async () => {
  await stopServerProcesses();
  await Promise.all([redis.stop(), database.drop()]);
});

interface Returning {
  player: Player;
  client: TestClient;
  /** What `recovered` was at each connection after the first. */
  returns: boolean[];
}

/** A stock client behind the gate. */
async function enter(): Promise<Returning> {
  const player = await registerPlayer(east.url);
  const joined = await connect(gate.url, player.accessToken, {
    reconnection: true,
    reconnectionDelay: 100,
    reconnectionDelayMax: 300,
  });
  const returns: boolean[] = [];
  joined.socket.on('connect', () => returns.push(joined.socket.recovered));
  return { player, client: joined, returns };
}

it('who played goes on playing, with a fresh picture of the zone, on either node', async () => {
  const { player, client: anna, returns } = await enter();
  const character = await createCharacter(east.url, player);
  expect(await anna.send('character:select', { characterId: character.id })).toMatchObject({ success: true });
  for (const [times, node] of [
    [1, west],
    [2, east],
  ] as const) {
    anna.forget();
    gate.lead(node.url);
    gate.cut({ halfOpen: true });
    const { players } = await anna.event('zone:state');
    expect(players.map(({ id }) => id)).toContain(character.id);
    expect(await anna.send('chat:message', { channel: 'zone', text: `still here ${times}` })).toMatchObject({
      success: true,
    });
    await anna.event('chat:message', ({ text }) => text === `still here ${times}`);
    expect(anna.all('character:released')).toEqual([]);
  }
  expect(returns).toEqual([true, true]);
});

it('somebody else who presents the session of one who is connected disturbs nobody', async () => {
  const owner = await enter();
  const anybody = await registerPlayer(east.url);
  const [{ pid } = { pid: '' }] = owner.client.all('system:connected');
  const offset = (owner.client.socket as unknown as { _lastOffset: string })._lastOffset;
  const thief = client(east.url, undefined, { auth: { pid, offset, token: anybody.accessToken } });
  await thief.event('system:sync');
  expect(thief.all('system:connected').map(({ recovered }) => recovered)).toEqual([false]);
  await owner.client.settled();
  expect([owner.client.socket.connected, owner.returns]).toEqual([true, []]);
});
