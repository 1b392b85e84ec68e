/** A client that reads too slowly loses volatile events, then its connection; the memory is freed, other clients are unaffected. */
import { setTimeout as delay } from 'node:timers/promises';
import { GLOBAL_EVENTS } from '@aeturnis/contracts';
import { RaidProcess } from '../other-app/raid-process';
import { closeClients, connect, type TestClient, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';

const MB = 1024 * 1024;
const CAP = 8 * MB;
const CLOSED = 'aeturnis_connections_closed_by_server_total{code="OVERLOADED"}';
const HIGH_WATER = 'aeturnis_write_buffer_high_water_bytes';

let node: RaidProcess;
beforeAll(async () => {
  node = await RaidProcess.start({ MAX_WRITE_BUFFER_BYTES: String(CAP) });
});
afterEach(closeClients);
afterAll(() => node.stop());

const numbers = (client: TestClient, event: 'raid:report' | 'raid:tick'): number[] =>
  client.eventsNamed(event).map(({ n }) => n);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

it('a client that reads receives all volatile events of one tick', async () => {
  const anna = await connect(node.url, 'anna');
  await node.emit({ room: GLOBAL_EVENTS, event: 'raid:tick', from: 0, count: 10, bytes: 100 });
  await anna.roundTrip();
  expect(numbers(anna, 'raid:tick')).toEqual(upTo(10));
});

it('a client that lags loses volatile events, and no others', async () => {
  const [anna, ben] = await Promise.all([connect(node.url, 'anna'), connect(node.url, 'ben')]);
  const resume = ben.stopReading();
  const count = 100;
  // More than the kernel buffers take, and less than the limit of the write buffer on top of them.
  const filling = { room: GLOBAL_EVENTS, bytes: 100_000 };
  await node.emit({ ...filling, event: 'raid:report', from: 0, count: 60 });
  await waitUntil(async () => (await readMetric(node.url, HIGH_WATER)) > 0, 'the write buffer fills');
  await node.emit({ ...filling, event: 'raid:tick', from: 0, count, bytes: 10 });
  await node.emit({ ...filling, event: 'raid:report', from: 60, count: 1, bytes: 10 });
  await anna.waitForEvent('raid:report', ({ n }) => n === 60);
  resume();
  await ben.waitForEvent('raid:report', ({ n }) => n === 60);
  expect(numbers(ben, 'raid:report')).toEqual(upTo(61));
  expect(numbers(ben, 'raid:tick').length).toBeLessThan(count);
  expect(await readMetric(node.url, 'aeturnis_deliveries_dropped_total{reason="volatile"}')).toBeGreaterThan(0);
});

it('a client that reads none of 50 MB is closed and counted; it may reconnect, and other clients lose nothing', async () => {
  const closedBefore = await readMetric(node.url, CLOSED);
  const others = await Promise.all(['anna', 'ben', 'cleo'].map((name) => connect(node.url, name)));
  const slow = await connect(node.url, 'slow', { reconnection: true });
  const order = { room: GLOBAL_EVENTS, event: 'raid:report', bytes: 50_000 };
  const rounds = 20;
  const perRound = 50;
  const before = await node.emit({ ...order, from: 0, count: 0 });
  const resume = slow.stopReading();
  let peak = before;
  for (let round = 0; round < rounds; round++) {
    peak = Math.max(peak, await node.emit({ ...order, from: round * perRound, count: perRound }));
    await delay(200);
  }
  for (const other of others) await other.waitForEvent('raid:report', ({ n }) => n === rounds * perRound - 1);
  for (const other of others) expect(numbers(other, 'raid:report')).toEqual(upTo(rounds * perRound));
  expect(await readMetric(node.url, CLOSED)).toBe(closedBefore + 1);
  expect(await readMetric(node.url, 'aeturnis_connections')).toBe(others.length);
  expect(peak - before).toBeLessThan(48 * MB);
  await waitUntil(async () => (await readMetric(node.url, HIGH_WATER)) === 0, 'the unread bytes are freed');
  const disconnected = new Promise((resolve) => slow.socket.once('disconnect', resolve));
  resume();
  expect(['transport close', 'transport error']).toContain(await disconnected);
  slow.clearReceived();
  await slow.waitForEvent('system:connected');
}, 30_000);
