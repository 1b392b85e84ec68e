/** Nothing is lost: stock clients that are cut off, in any way, come back to every event they missed, once and in order. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  client,
  closeClients,
  connect,
  createCharacter,
  type Player,
  post,
  registerPlayer,
  type TestClient,
  until,
} from '../support/client';
import { Gate } from '../support/gate';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

const RECEIVERS = 3;
const PACE_MS = 5;
const ADMIN = 'warden';

let database: TestDatabase;
let redis: RedisServer;
let west: ServerProcess;
let east: ServerProcess;
let gate: Gate;
let serial = 0;

const startNode = (): Promise<ServerProcess> =>
  startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url, LIMITS: 'off', ADMIN_USERS: ADMIN });

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

/** Somebody on the node that stays says numbers to everybody, some 200 a second. */
async function speak(): Promise<{ said: string[]; count(n: number): Promise<void>; stop(): Promise<void> }> {
  const run = `run${++serial}`;
  const speaker = await connect(east.url, (await registerPlayer(east.url)).accessToken);
  const said: string[] = [];
  const enough = new AbortController();
  const ended = (async () => {
    const acks: Promise<unknown>[] = [];
    while (!enough.signal.aborted) {
      const text = `${run} ${said.length}`;
      said.push(text);
      acks.push(speaker.send('chat:message', { channel: 'global', text }));
      await delay(PACE_MS);
    }
    for (const answer of await Promise.all(acks)) expect(answer).toMatchObject({ success: true });
  })();
  return {
    said,
    count: (n) => until(() => said.length >= n, `${n} said`),
    stop: () => {
      enough.abort();
      return ended;
    },
  };
}

const textsOf = ({ client: made }: Returning): string[] => made.all('chat:message').map(({ text }) => text);
const offsetOf = ({ client: { socket } }: Returning): string =>
  (socket as unknown as { _lastOffset: string })._lastOffset;
const pidOf = ({ client: made }: Returning): string => made.all('system:connected').at(-1)?.pid ?? '';

async function expectAll(receivers: readonly Returning[], said: readonly string[], returns: boolean[]): Promise<void> {
  for (const receiver of receivers) {
    await receiver.client.event('chat:message', ({ text }) => text === said.at(-1));
    expect(textsOf(receiver)).toEqual(said);
    expect(receiver.returns).toEqual(returns);
  }
}

const CUTS: [string, () => void][] = [
  ['a drop, back to the same node', () => gate.cut()],
  [
    'a drop, back to the other node',
    () => {
      gate.lead(east.url);
      gate.cut();
    },
  ],
  ['a half-open connection, back to the same node', () => gate.cut({ halfOpen: true })],
  [
    'a half-open connection, back to the other node',
    () => {
      gate.lead(east.url);
      gate.cut({ halfOpen: true });
    },
  ],
];

describe.each(CUTS)('%s', (_, cut) => {
  it('loses, doubles and disorders nothing', async () => {
    const receivers = await Promise.all(Array.from({ length: RECEIVERS }, enter));
    const speech = await speak();
    await speech.count(60);
    cut();
    await until(() => receivers.every(({ returns }) => returns.length === 1), 'all are back');
    await speech.count(speech.said.length + 60);
    await speech.stop();
    await expectAll(receivers, speech.said, [true]);
    expect(receivers[0]?.client.all('system:connected').map(({ recovered }) => recovered)).toEqual([false, true]);
  });
});

it('who has received nothing but the greeting gets what comes while away', async () => {
  const receiver = await enter();
  gate.cut({ halfOpen: true });
  const speech = await speak();
  await speech.count(40);
  await speech.stop();
  await expectAll([receiver], speech.said, [true]);
});

it('twice in a row, from node to node', async () => {
  const receivers = await Promise.all(Array.from({ length: RECEIVERS }, enter));
  const speech = await speak();
  await speech.count(40);
  for (const [times, node] of [
    [1, east],
    [2, west],
  ] as const) {
    gate.lead(node.url);
    gate.cut({ halfOpen: times === 2 });
    await until(() => receivers.every(({ returns }) => returns.length === times), 'all are back');
  }
  await speech.count(speech.said.length + 40);
  await speech.stop();
  await expectAll(receivers, speech.said, [true, true]);
});

it('the node is killed', async () => {
  const doomed = await startNode();
  gate.lead(doomed.url);
  const receivers = await Promise.all(Array.from({ length: RECEIVERS }, enter));
  const speech = await speak();
  await speech.count(60);
  gate.lead(west.url);
  doomed.kill('SIGKILL');
  await until(() => receivers.every(({ returns }) => returns.length === 1), 'all are back');
  await speech.count(speech.said.length + 60);
  await speech.stop();
  await expectAll(receivers, speech.said, [true]);
});

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

describe('a stolen session', () => {
  /** Everything a connection attempt got, byte by byte. */
  async function attempt(auth: object): Promise<{ got: string; recovered: boolean; refused: boolean }> {
    const thief = client(east.url, undefined, { auth });
    let got = '';
    thief.socket.io.on('open', () => {
      thief.socket.io.engine.on('data', (data: unknown) => (got += String(data)));
    });
    const refused = await new Promise<boolean>((resolve) => {
      thief.socket.once('connect', () => resolve(false));
      thief.socket.once('connect_error', () => resolve(true));
    });
    if (!refused) await thief.event('system:sync');
    return { got, recovered: thief.socket.recovered, refused };
  }

  it('gives not one byte to another user or to nobody, and stays with its owner', async () => {
    const owner = await enter();
    const other = await registerPlayer(east.url);
    const session = { pid: pidOf(owner), offset: offsetOf(owner) };
    await gate.shut();
    const whisperer = await connect(east.url, other.accessToken);
    for (const text of ['secret one', 'secret two'])
      await whisperer.send('chat:whisper', { toUserId: owner.player.id, text });
    whisperer.close();
    const anybody = await registerPlayer(east.url);
    const stranger = await attempt({ ...session, token: anybody.accessToken });
    expect(stranger).toMatchObject({ recovered: false, refused: false });
    for (const token of [undefined, 'nonsense']) {
      const refused = await attempt({ ...session, token });
      expect(refused).toMatchObject({ recovered: false, refused: true });
      expect(refused.got).not.toContain('secret');
    }
    expect(stranger.got).not.toContain('secret');
    expect(stranger.got).not.toContain(session.pid);
    expect(owner.returns).toEqual([]);
    await gate.open();
    await owner.client.event('chat:whisper', ({ text }) => text === 'secret two');
    expect(owner.client.all('chat:whisper').map(({ text }) => text)).toEqual(['secret one', 'secret two']);
    expect(owner.returns).toEqual([true]);
  });

  it('disturbs nobody who is connected', async () => {
    const owner = await enter();
    const anybody = await registerPlayer(east.url);
    await attempt({ pid: pidOf(owner), offset: offsetOf(owner), token: anybody.accessToken });
    await owner.client.settled();
    expect([owner.client.socket.connected, owner.returns]).toEqual([true, []]);
  });

  it('is worth nothing to its owner after a logout or a ban', async () => {
    const warden = await registerPlayer(east.url, ADMIN);
    for (const end of [
      ({ accessToken, refreshToken }: Player) => post(east.url, '/api/auth/logout', { refreshToken }, accessToken),
      ({ id }: Player) => post(east.url, `/api/admin/users/${id}/ban`, { reason: 'cheating' }, warden.accessToken),
    ]) {
      const owner = await enter();
      const session = { pid: pidOf(owner), offset: offsetOf(owner), token: owner.player.accessToken };
      await gate.shut();
      await end(owner.player).catch((error: unknown) => expect(String(error)).toMatch(/JSON/));
      const speaker = await connect(east.url, (await registerPlayer(east.url)).accessToken);
      await speaker.send('chat:message', { channel: 'global', text: 'not for you' });
      const refused = await attempt(session);
      expect(refused).toMatchObject({ recovered: false, refused: true });
      expect(refused.got).not.toContain('not for you');
      owner.client.close();
      await gate.open();
    }
  });
});
