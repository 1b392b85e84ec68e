/** Redis away: for a blip, for long, past what can be kept, and back without its data. Nobody misses anything without being told. */
import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from '@aeturnis/realtime';
import { RecoveryService } from '../../libs/realtime/src/recovery/recovery.service';
import { connect, until } from '../support/client';
import { back, blowToAll, hornsOf, newName, RaidWorld } from '../support/raid-world';

const MORE_THAN_THE_LOG = 45_000;
/** Shorter than what nodes wait before they go on alone. */
const BLIP_MS = 2_000;
/** Longer than that. */
const STANDSTILL_MS = 5_000;

let world: RaidWorld;

beforeAll(async () => {
  world = await RaidWorld.open();
});
afterEach(() => world.clear());
afterAll(() => world.close());

it('a blip changes nothing', async () => {
  const { west, redisGate } = await world.withRedis();
  const anna = await world.enter(west);
  // A blip by the clock of the node, however long this machine takes over it.
  const clock = west.app.get(Clock);
  const start = clock.now();
  clock.now = () => start;
  // By then the node has asked Redis at that very time, and her session is stored: a busy beginning is no silence.
  await delay(2_000);
  await redisGate.shut();
  for (const by of ['one', 'two']) blowToAll(west, by);
  clock.now = () => start + BLIP_MS;
  await redisGate.open();
  await until(() => hornsOf(anna.client).length === 2, 'the horns');
  expect([hornsOf(anna.client), anna.client.all('system:error')]).toEqual([['one', 'two'], []]);
}, 30_000);

it('a node that stood still keeps its clients recoverable', async () => {
  const { west } = await world.withRedis();
  const anna = await world.enter(west);
  await anna.client.settled();
  blowToAll(west, 'before');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STANDSTILL_MS);
  await until(() => hornsOf(anna.client).length === 1, 'the horn');
  anna.gate.cut();
  await back(anna);
  expect([anna.returns, anna.client.all('system:error')]).toEqual([[true], []]);
}, 30_000);

it('events go on on this node, reach the others on its return, once, and then all can be recovered again', async () => {
  const { west, east, redisGate } = await world.withRedis();
  const anna = await world.enter(west);
  const ben = await connect(east.url, newName('ben'));
  const cutAt = Date.now();
  await redisGate.shut();
  const all = (by: string): void => blowToAll(west, by);
  all('held');
  await anna.client.event('system:error', ({ code }) => code === 'DEGRADED');
  all('alone');
  await until(() => hornsOf(anna.client).length === 2, 'the horns');
  expect(hornsOf(ben)).toEqual([]);
  await redisGate.open();
  await anna.client.event('system:recoverable', ({ serverTime }) => serverTime >= cutAt);
  await until(() => hornsOf(ben).length === 2, 'the other node hears');
  anna.gate.cut();
  all('afterwards');
  await back(anna);
  expect(anna.returns).toEqual([true]);
  await until(() => hornsOf(anna.client).includes('afterwards'), 'the horn afterwards');
  expect(hornsOf(anna.client)).toEqual(['held', 'alone', 'afterwards']);
  await until(() => hornsOf(ben).length === 3, 'the other node hears');
  expect(hornsOf(ben)).toEqual(['held', 'alone', 'afterwards']);
}, 30_000);

it('an outage that outlasts the sessions in Redis closes nobody', async () => {
  const { west, east, redisGate } = await world.withRedis({ RECOVERY_WINDOW_MS: '3000' });
  const anna = await world.enter(west);
  const ben = await connect(east.url, newName('ben'));
  await redisGate.shut();
  await anna.client.event('system:error', ({ code }) => code === 'DEGRADED');
  const late = await connect(west.url, newName('late'));
  await late.event('system:error', ({ code }) => code === 'DEGRADED');
  blowToAll(west, 'alone');
  // A session is kept for half as long again as the window; by then this one is gone.
  await delay(3_000);
  const openedAt = Date.now();
  await redisGate.open();
  await anna.client.event('system:recoverable', ({ serverTime }) => serverTime >= openedAt);
  await until(() => ben.all('raid:horn').length === 1, 'the other node hears');
  expect([anna.returns, hornsOf(anna.client), anna.client.socket.connected]).toEqual([[], ['alone'], true]);
  anna.gate.cut();
  await back(anna);
  expect(anna.returns).toEqual([true]);
}, 30_000);

it('what is too much to be kept is owned up to', async () => {
  const { west, east, redisGate } = await world.withRedis();
  const ben = await connect(east.url, newName('ben'));
  await redisGate.shut();
  for (let i = 0; i < 10_050; i++) blowToAll(west, `${i}`);
  await redisGate.open();
  expect(await ben.event('system:resync', undefined, 25_000)).toMatchObject({ reason: 'lost' });
  const horns = ben.all('raid:horn').map(({ by }: { by: string }) => by);
  expect([horns.length, horns[0], horns.at(-1)]).toEqual([10_000, '50', '10049']);
}, 40_000);

it('orders that are too many to be kept: clients of other nodes come in anew, with the rights that they have', async () => {
  const { west, east, redisGate } = await world.withRedis();
  const ben = await world.enter(east);
  await redisGate.shut();
  const recovery = west.app.get(RecoveryService);
  for (let i = 0; i < 30_001; i++) recovery.order({ kind: 'leave', userId: `user ${i}`, room: 'conversation:x' });
  await redisGate.open();
  await until(() => ben.returns.length > 0, 'the client of the other node is back', 25_000);
  expect(ben.returns).toEqual([false]);
}, 40_000);

it('what a node that was cut off cannot make up is owned up to by it, and all can be recovered again', async () => {
  const { west, east, redisGate } = await world.withRedis();
  const anna = await world.enter(west);
  const ben = await connect(east.url, newName('ben'));
  await redisGate.shut();
  await anna.client.event('system:error', ({ code }) => code === 'DEGRADED');
  for (let said = 0; said < MORE_THAN_THE_LOG; said += 5_000) {
    for (let i = 0; i < 5_000; i++) blowToAll(east, `${said + i}`);
    await until(() => hornsOf(ben).length === said + 5_000, 'the node that hears has heard', 30_000);
  }
  const openedAt = Date.now();
  await redisGate.open();
  await anna.client.event('system:resync', ({ reason }) => reason === 'trimmed', 120_000);
  await anna.client.event('system:recoverable', ({ serverTime }) => serverTime >= openedAt, 120_000);
  const before = hornsOf(anna.client).length;
  anna.gate.cut();
  blowToAll(east, 'afterwards');
  await back(anna);
  await until(() => hornsOf(anna.client).length > before, 'the horn afterwards');
  expect([anna.returns, hornsOf(anna.client).slice(before)]).toEqual([[true], ['afterwards']]);
}, 360_000);

it('a Redis that comes back empty is said to have lost something, and all can be recovered again', async () => {
  const { west, east } = await world.withRedis();
  const anna = await world.enter(west);
  blowToAll(east, 'before');
  await until(() => hornsOf(anna.client).length === 1, 'the horn');
  const emptiedAt = Date.now();
  await world.redis.restart();
  await anna.client.event('system:resync', ({ reason }) => reason === 'epoch', 25_000);
  await anna.client.event('system:recoverable', ({ serverTime }) => serverTime >= emptiedAt);
  anna.gate.cut();
  await back(anna);
  blowToAll(east, 'after');
  await until(() => hornsOf(anna.client).length === 2, 'the horn afterwards');
  expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], ['before', 'after']]);
}, 40_000);
