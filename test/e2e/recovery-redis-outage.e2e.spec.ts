/** Outages of Redis, short and long, beyond what is buffered, and with loss of its data: every gap yields `system:resync`. */
import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from '@aeturnis/realtime';
import { ResumeService } from '../../libs/realtime/src/resume/resume.service';
import { connect, waitUntil } from '../support/clients/client';
import { broadcastHorn, receivedHorns, numberedName, useRaidCluster } from '../support/servers/raid-cluster';

const BEYOND_LOG = 45_000;
/** Shorter than the time after which a node goes on without Redis. */
const BLIP_MS = 2_000;
/** Longer than that time. */
const STANDSTILL_MS = 5_000;

const world = useRaidCluster();

it('a short outage has no effect', async () => {
  const { west, redisGate } = await world.startTwoNodes();
  const anna = await world.connectThroughGate(west);
  // By the clock of the node the outage is short, however long this machine takes.
  const clock = west.app.get(Clock);
  const start = clock.now();
  clock.now = () => start;
  // Lets the node poll Redis at that clock time and store the session, so that the start is not taken for an outage.
  await delay(2_000);
  await redisGate.close();
  for (const by of ['one', 'two']) broadcastHorn(west, by);
  clock.now = () => start + BLIP_MS;
  await redisGate.open();
  await waitUntil(() => receivedHorns(anna.client).length === 2, 'both horns');
  expect([receivedHorns(anna.client), anna.client.eventsNamed('system:error')]).toEqual([['one', 'two'], []]);
}, 30_000);

it('a node that stalls keeps the sessions of its clients resumable', async () => {
  const { west } = await world.startTwoNodes();
  const anna = await world.connectThroughGate(west);
  await anna.client.roundTrip();
  broadcastHorn(west, 'before');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STANDSTILL_MS);
  await waitUntil(() => receivedHorns(anna.client).length === 1, 'the horn');
  anna.gate.resetConnections();
  await anna.waitForReconnect();
  expect([anna.reconnects, anna.client.eventsNamed('system:error')]).toEqual([[true], []]);
}, 30_000);

it('events are delivered locally during an outage, once on other nodes after it, and sessions are resumable again', async () => {
  const { west, east, redisGate } = await world.startTwoNodes();
  const anna = await world.connectThroughGate(west);
  const ben = await connect(east.url, numberedName('ben'));
  const cutAt = Date.now();
  await redisGate.close();
  const broadcast = (by: string): void => broadcastHorn(west, by);
  broadcast('held');
  await anna.client.waitForEvent('system:error', ({ code }) => code === 'DEGRADED');
  broadcast('alone');
  await waitUntil(() => receivedHorns(anna.client).length === 2, 'the horns');
  expect(receivedHorns(ben)).toEqual([]);
  await redisGate.open();
  await anna.client.waitForEvent('system:recoverable', ({ serverTime }) => serverTime >= cutAt);
  await waitUntil(() => receivedHorns(ben).length === 2, 'the other node delivers both');
  anna.gate.resetConnections();
  broadcast('afterwards');
  await anna.waitForReconnect();
  expect(anna.reconnects).toEqual([true]);
  await waitUntil(() => receivedHorns(anna.client).includes('afterwards'), 'the horn afterwards');
  expect(receivedHorns(anna.client)).toEqual(['held', 'alone', 'afterwards']);
  await waitUntil(() => receivedHorns(ben).length === 3, 'the other node delivers all');
  expect(receivedHorns(ben)).toEqual(['held', 'alone', 'afterwards']);
}, 30_000);

it('an outage longer than the sessions in Redis live closes no connection', async () => {
  const { west, east, redisGate } = await world.startTwoNodes({ RECOVERY_WINDOW_MS: '3000' });
  const anna = await world.connectThroughGate(west);
  const ben = await connect(east.url, numberedName('ben'));
  await redisGate.close();
  await anna.client.waitForEvent('system:error', ({ code }) => code === 'DEGRADED');
  const late = await connect(west.url, numberedName('late'));
  await late.waitForEvent('system:error', ({ code }) => code === 'DEGRADED');
  broadcastHorn(west, 'alone');
  // A session is kept for one and a half times the window, so this one has expired.
  await delay(3_000);
  const openedAt = Date.now();
  await redisGate.open();
  await anna.client.waitForEvent('system:recoverable', ({ serverTime }) => serverTime >= openedAt);
  await waitUntil(() => ben.eventsNamed('raid:horn').length === 1, 'the other node delivers the horn');
  expect([anna.reconnects, receivedHorns(anna.client), anna.client.socket.connected]).toEqual([[], ['alone'], true]);
  anna.gate.resetConnections();
  await anna.waitForReconnect();
  expect(anna.reconnects).toEqual([true]);
}, 30_000);

it('an outage that overflows the buffer yields a resync', async () => {
  const { west, east, redisGate } = await world.startTwoNodes();
  const ben = await connect(east.url, numberedName('ben'));
  await redisGate.close();
  for (let i = 0; i < 10_050; i++) broadcastHorn(west, `${i}`);
  await redisGate.open();
  expect(await ben.waitForEvent('system:resync', undefined, 25_000)).toMatchObject({ reason: 'lost' });
  const horns = ben.eventsNamed('raid:horn').map(({ by }: { by: string }) => by);
  expect([horns.length, horns[0], horns.at(-1)]).toEqual([10_000, '50', '10049']);
}, 40_000);

it('after an outage that overflows the orders, clients of other nodes start new sessions with current rights', async () => {
  const { west, east, redisGate } = await world.startTwoNodes();
  const ben = await world.connectThroughGate(east);
  await redisGate.close();
  const recovery = west.app.get(ResumeService);
  for (let i = 0; i < 30_001; i++)
    recovery.publishOrder({ kind: 'leave', userId: `user ${i}`, room: 'conversation:x' });
  await redisGate.open();
  await waitUntil(() => ben.reconnects.length > 0, 'the client of the other node reconnects', 25_000);
  expect(ben.reconnects).toEqual([false]);
}, 40_000);

it('a node that cannot catch up with the log after an outage sends a resync, and sessions are resumable again', async () => {
  const { west, east, redisGate } = await world.startTwoNodes();
  const anna = await world.connectThroughGate(west);
  const ben = await connect(east.url, numberedName('ben'));
  await redisGate.close();
  await anna.client.waitForEvent('system:error', ({ code }) => code === 'DEGRADED');
  for (let count = 0; count < BEYOND_LOG; count += 5_000) {
    for (let i = 0; i < 5_000; i++) broadcastHorn(east, `${count + i}`);
    await waitUntil(() => receivedHorns(ben).length === count + 5_000, 'the connected node delivers all', 30_000);
  }
  const openedAt = Date.now();
  await redisGate.open();
  await anna.client.waitForEvent('system:resync', ({ reason }) => reason === 'trimmed', 120_000);
  await anna.client.waitForEvent('system:recoverable', ({ serverTime }) => serverTime >= openedAt, 120_000);
  const before = receivedHorns(anna.client).length;
  anna.gate.resetConnections();
  broadcastHorn(east, 'afterwards');
  await anna.waitForReconnect();
  await waitUntil(() => receivedHorns(anna.client).length > before, 'the horn afterwards');
  expect([anna.reconnects, receivedHorns(anna.client).slice(before)]).toEqual([[true], ['afterwards']]);
}, 360_000);

it('a Redis that restarts empty yields a resync, and sessions are resumable again', async () => {
  const { west, east } = await world.startTwoNodes();
  const anna = await world.connectThroughGate(west);
  broadcastHorn(east, 'before');
  await waitUntil(() => receivedHorns(anna.client).length === 1, 'the horn');
  const emptiedAt = Date.now();
  await world.redis.restart();
  await anna.client.waitForEvent('system:resync', ({ reason }) => reason === 'epoch', 25_000);
  await anna.client.waitForEvent('system:recoverable', ({ serverTime }) => serverTime >= emptiedAt);
  anna.gate.resetConnections();
  await anna.waitForReconnect();
  broadcastHorn(east, 'after');
  await waitUntil(() => receivedHorns(anna.client).length === 2, 'the horn afterwards');
  expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], ['before', 'after']]);
}, 40_000);
