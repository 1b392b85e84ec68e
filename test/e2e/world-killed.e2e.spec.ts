/** A node with a hundred walkers is killed: where they were is known, half of them come back unseen, the others are told gone. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Ack } from '@aeturnis/contracts';
import { closeClients, connect, createCharacter, playAsGuest, type TestClient } from '../support/client';
import { Gate } from '../support/gate';
import { call } from '../support/http';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

const WALKERS = 100;
const STEPS = 24;
/** Units in a step, of which there are five in a second; together they end before the fence in the east. */
const STRIDE = 0.8;
const START_X = 100;
const TWO_SECONDS = 2 * 5 * STRIDE;

let database: TestDatabase;
let redis: RedisServer;
let doomed: ServerProcess;
let other: ServerProcess;
let gate: Gate;

const startNode = (): Promise<ServerProcess> =>
  startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url, LIMITS: 'off' });

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  [doomed, other] = await Promise.all([startNode(), startNode()]);
  gate = await Gate.before(doomed.url);
  await gate.open();
}, 60_000);
afterAll(async () => {
  closeClients();
  await gate.shut();
  await stopServerProcesses();
  await Promise.all([redis.stop(), database.drop()]);
});

interface Walker {
  readonly id: string;
  readonly token: string;
  readonly client: TestClient;
  /** Where the last step that was accepted led. */
  x: number;
}

async function enter(url: string, reconnection: boolean): Promise<Walker> {
  const { accessToken: token } = await playAsGuest(other.url);
  const { id } = await createCharacter(other.url, { accessToken: token });
  const client = await connect(url, token, { reconnection, reconnectionDelay: 100, reconnectionDelayMax: 500 });
  expect(await client.send('character:select', { characterId: id })).toMatchObject({ success: true });
  return { id, token, client, x: START_X };
}

function step(walker: Walker, seq: number): void {
  const [x, y] = [START_X + seq * STRIDE, 100];
  walker.client.socket.emit('character:move', { seq, x, y }, (answer: Ack<{ accepted: boolean }>) => {
    if (answer.success && 'accepted' in answer && answer.accepted) walker.x = x;
  });
}

async function keptOf({ id, token }: Walker): Promise<number> {
  return Number((await call(other.url, 'GET', `/api/characters/${id}`, { token })).body['x']);
}

it('loses less than two seconds of movement, and who comes back goes on without having been gone', async () => {
  const { client: watcher } = await enter(other.url, false);
  const walkers: Walker[] = [];
  while (walkers.length < WALKERS)
    walkers.push(...(await Promise.all(Array.from({ length: 10 }, (_, index) => enter(gate.url, index % 2 === 0)))));
  const returning = walkers.filter((_, index) => index % 2 === 0);
  const gone = walkers.filter((_, index) => index % 2 === 1);
  for (const { id } of walkers) await watcher.event('zone:player_joined', ({ player }) => player.id === id);
  watcher.forget();
  for (const { client } of returning) client.forget();

  for (let seq = 1; seq <= STEPS; seq++) {
    for (const walker of walkers) step(walker, seq);
    await delay(200);
  }
  doomed.kill('SIGKILL');
  gate.lead(other.url);
  await doomed.exited;

  for (const walker of gone) {
    const lost = walker.x - (await keptOf(walker));
    expect(walker.x).toBeGreaterThan(START_X + TWO_SECONDS);
    expect(lost).toBeLessThanOrEqual(TWO_SECONDS);
  }
  for (const walker of returning) {
    const { players } = await walker.client.event('zone:state', ({ players }) =>
      players.some(({ id }) => id === walker.id),
    );
    const stands = players.find(({ id }) => id === walker.id)?.x ?? NaN;
    expect(walker.client.socket.recovered).toBe(true);
    expect(walker.x - stands).toBeLessThanOrEqual(TWO_SECONDS);
    const next = { seq: 1, x: stands + 0.1, y: 100 };
    expect(await walker.client.send('character:move', next)).toMatchObject({ accepted: true });
  }
  for (const { id } of gone) await watcher.event('zone:player_left', (left) => left.id === id, 15_000);
  await watcher.settled();
  const told = watcher.all('zone:player_left').map(({ id }) => id);
  expect(told.sort()).toEqual(gone.map(({ id }) => id).sort());
  expect(watcher.all('zone:player_joined')).toEqual([]);
}, 120_000);
