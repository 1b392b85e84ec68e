/** A crash of a node with a hundred walkers: positions are kept, half resume unnoticed, the others are announced as left. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Ack } from '@aeturnis/contracts';
import { connect, createCharacter, playAsGuest, type TestClient, waitUntil } from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { callApi } from '../support/clients/http';
import type { ServerProcess } from '../support/servers/server';
import { useNodeCluster } from '../support/servers/node-cluster';

const WALKERS = 100;
const STEPS = 24;
/** Units per step, at five steps per second; all steps together end before the fence in the east. */
const STRIDE = 0.8;
const START_X = 100;
const MAX_LOSS_MS = 2_000;

const cluster = useNodeCluster({ LIMITS: 'off' });
let victim: ServerProcess;
let other: ServerProcess;
let gate: Gate;

beforeAll(async () => {
  [victim, other] = await Promise.all([cluster.startProcess(), cluster.startProcess()]);
  gate = await Gate.openInFrontOf(victim.url);
}, 60_000);
afterAll(() => gate.close());

interface Walker {
  readonly id: string;
  readonly token: string;
  readonly client: TestClient;
  /** The accepted steps, and when they were acknowledged. */
  readonly accepted: { readonly x: number; readonly at: number }[];
}

async function play(url: string, reconnection: boolean): Promise<Walker> {
  const { accessToken: token } = await playAsGuest(other.url);
  const { id } = await createCharacter(other.url, { accessToken: token });
  const client = await connect(url, token, { reconnection, reconnectionDelay: 100, reconnectionDelayMax: 500 });
  expect(await client.send('character:select', { characterId: id })).toMatchObject({ success: true });
  return { id, token, client, accepted: [] };
}

function step(walker: Walker, seq: number): void {
  const [x, y] = [START_X + seq * STRIDE, 100];
  walker.client.socket.emit('character:move', { seq, x, y }, (answer: Ack<{ accepted: boolean }>) => {
    if (answer.success && 'accepted' in answer && answer.accepted) walker.accepted.push({ x, at: performance.now() });
  });
}

/** Where a walker is at least after a crash at this time; positions are rounded. */
const safeXOf = ({ accepted }: Walker, crashedAt: number): number =>
  (accepted.findLast(({ at }) => at <= crashedAt - MAX_LOSS_MS)?.x ?? START_X) - STRIDE / 2;

async function storedPositionOf({ id, token }: Walker): Promise<number> {
  return Number((await callApi(other.url, 'GET', `/api/characters/${id}`, { token })).body['x']);
}

it('a crash loses less than two seconds of movement, and resumed walkers continue without having left', async () => {
  const { client: watcher } = await play(other.url, false);
  const walkers: Walker[] = [];
  while (walkers.length < WALKERS)
    walkers.push(...(await Promise.all(Array.from({ length: 10 }, (_, index) => play(gate.url, index % 2 === 0)))));
  const resumed = walkers.filter((_, index) => index % 2 === 0);
  const disconnected = walkers.filter((_, index) => index % 2 === 1);
  for (const { id } of walkers) await watcher.waitForEvent('zone:player_joined', ({ player }) => player.id === id);
  watcher.clearReceived();
  for (const { client } of resumed) client.clearReceived();

  for (let seq = 1; seq <= STEPS; seq++) {
    for (const walker of walkers) step(walker, seq);
    await delay(200);
  }
  const hasSteps = (walker: Walker): boolean => safeXOf(walker, performance.now()) > START_X;
  await waitUntil(() => walkers.every(hasSteps), 'steps of each walker were acknowledged two seconds ago');
  const killedAt = performance.now();
  victim.kill('SIGKILL');
  gate.redirectTo(other.url);
  await victim.exited;

  for (const walker of disconnected)
    expect(await storedPositionOf(walker)).toBeGreaterThanOrEqual(safeXOf(walker, killedAt));
  for (const walker of resumed) {
    const { players } = await walker.client.waitForEvent('zone:state', ({ players }) =>
      players.some(({ id }) => id === walker.id),
    );
    const startX = players.find(({ id }) => id === walker.id)?.x ?? NaN;
    expect(walker.client.socket.recovered).toBe(true);
    expect(startX).toBeGreaterThanOrEqual(safeXOf(walker, killedAt));
    const next = { seq: 1, x: startX + 0.1, y: 100 };
    expect(await walker.client.send('character:move', next)).toMatchObject({ accepted: true });
  }
  for (const { id } of disconnected) await watcher.waitForEvent('zone:player_left', (left) => left.id === id, 15_000);
  await watcher.roundTrip();
  const departed = watcher.eventsNamed('zone:player_left').map(({ id }) => id);
  expect(departed.sort()).toEqual(disconnected.map(({ id }) => id).sort());
  expect(watcher.eventsNamed('zone:player_joined')).toEqual([]);
}, 120_000);
