/** The disk of PostgreSQL is full: the node is not ready, loses nothing acknowledged, and recovers when there is space. */
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import {
  connect,
  closeClients,
  type Player,
  registerPlayer,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/servers/server';
import { SmallDisk } from '../support/faults/small-disk';

const TEXT_BYTES = 400;
let disk: SmallDisk;
let server: ServerProcess;

beforeAll(async () => {
  disk = SmallDisk.create(110);
  const dataDir = join(disk.folder, 'data');
  server = await startServerProcess({ DATA_DIR: dataDir, LIMITS: 'off', LOG_FORMAT: 'json' });
}, 60_000);
afterAll(async () => {
  closeClients();
  disk.empty();
  server.kill('SIGTERM');
  await server.exited;
  await stopServerProcesses();
  disk.remove();
});

interface Readiness {
  status: number;
  reason: string | undefined;
}

async function readiness(): Promise<Readiness> {
  const response = await fetch(`${server.url}/health/ready`);
  const body = (await response.json()) as { details: { writes: { reason?: string } } };
  return { status: response.status, reason: body.details.writes.reason };
}

it('the node is not ready within 5 s of the first refused write, and becomes ready again by itself', async () => {
  const player: Player = await registerPlayer(server.url);
  const client: TestClient = await connect(server.url, player.accessToken);
  const acknowledged: string[] = [];
  const refused: { code: string; text: string }[] = [];
  const say = async (text: string): Promise<boolean> => {
    const { success, error } = await client.send('chat:message', { channel: 'global', text });
    if (success) acknowledged.push(text);
    else refused.push({ code: error?.code ?? '', text });
    return success;
  };
  const newText = (): string => randomBytes(TEXT_BYTES / 2).toString('hex');
  expect(await say(newText())).toBe(true);
  disk.fill();
  await waitUntil(async () => !(await say(newText())), 'a write is refused', 50_000);
  const refusedAt = Date.now();
  await waitUntil(async () => (await readiness()).status === 503, 'the node is not ready');
  expect(Date.now() - refusedAt).toBeLessThan(5_000);
  expect((await readiness()).reason).toBe('its disk is full (53100)');
  expect(await readMetric(server.url, 'aeturnis_database_writable')).toBe(0);
  // The node stays not ready, although its own small probe may still be written.
  for (let check = 0; check < 8; check++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await readiness()).status).toBe(503);
  }
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['UNAVAILABLE']));
  const lines = server
    .output()
    .split('\n')
    .filter((line) => line.includes('the database cannot be written to'));
  expect(lines).toEqual([expect.stringContaining('its disk is full (53100)')]);

  disk.empty();
  await waitUntil(async () => (await readiness()).status === 200, 'the node is ready again');
  expect(await readMetric(server.url, 'aeturnis_database_writable')).toBe(1);
  for (const { text } of refused.splice(0)) expect(await say(text)).toBe(true);
  const stored: string[] = [];
  for (let before: string | undefined; ;) {
    const page = await client.send('chat:history', { channel: 'global', limit: 50, ...(before && { before }) });
    const messages = page['messages'] as { id: string; text: string }[];
    stored.push(...messages.map(({ text }) => text));
    const oldest = messages.map(({ id }) => id).sort((a, b) => Number(BigInt(a) - BigInt(b)))[0];
    if (messages.length < 50 || oldest === undefined) break;
    before = oldest;
  }
  expect(stored.sort()).toEqual(acknowledged.sort());
}, 120_000);
