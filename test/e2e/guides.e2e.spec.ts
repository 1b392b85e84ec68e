/** The program of the guides does on a real server what the guides say: with expiring tokens, a cut, and a lost session. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withExpiry } from '../chaos/support/token-expiry';
import { playAsGuest, waitUntil } from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { usePrivateServer } from '../support/servers/private-server';

const ROOT = join(__dirname, '..', '..');
const [, PROGRAM = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/guides.md'), 'utf8')) ?? [];
const ENTRIES = 12;
/** Well above the longest pause of the stock client between two attempts, even on a busy machine. */
const RECOVERY_WINDOW_MS = 6_000;

const server = usePrivateServer({ ACCESS_TOKEN_TTL: '4s', RECOVERY_WINDOW_MS: String(RECOVERY_WINDOW_MS) });
/** Replaces the tokens of the first logins by expired ones, and prints for how long the program pauses. */
const EXPIRED_LOGINS = `
  const { fetch: request, setTimeout: start } = globalThis;
  let left = Number(process.env.EXPIRED_LOGINS);
  globalThis.fetch = async (...args) => {
    const answer = await (await request(...args)).json();
    return Response.json(left-- > 0 ? { ...answer, accessToken: process.env.EXPIRED_TOKEN } : answer);
  };
  globalThis.setTimeout = (work, ms, ...args) => {
    if (new Error().stack.includes('at pause ')) console.log('pauses for ' + ms);
    return start(work, ms, ...args);
  };
`;

let folder: string;
let gate: Gate;

beforeAll(async () => {
  // Inside `node_modules`, so that its imports are resolved.
  folder = mkdtempSync(join(ROOT, 'node_modules', '.cache-guides-'));
  writeFileSync(join(folder, 'resilient.mjs'), PROGRAM);
  writeFileSync(join(folder, 'expired-logins.mjs'), EXPIRED_LOGINS);
  gate = await Gate.openInFrontOf(server.url);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await gate.close();
});

it('the program of the guides stores each entry once, through a cut, a lost session and expiring tokens', async () => {
  const env = { PATH: process.env['PATH'], SERVER: gate.url.replace(/\/$/, ''), MESSAGES: String(ENTRIES) };
  const program = spawn(process.execPath, [join(folder, 'resilient.mjs')], { env });
  let output = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (text) => (output += String(text)));
  const exitCode = new Promise<number | null>((resolve) => program.once('exit', resolve));
  const untilPrinted = async (text: string, times = 1): Promise<void> => {
    const isPrinted = (): boolean => output.split(text).length > times;
    await waitUntil(() => isPrinted() || program.exitCode !== null, text, 60_000);
    if (!isPrinted()) throw new Error(`the program has not printed '${text}':\n${output}`);
  };
  try {
    await untilPrinted('entry 2 is stored');
    gate.resetConnections();
    await untilPrinted('connected again, nothing was missed');
    await gate.close();
    await delay(RECOVERY_WINDOW_MS * 2);
    await gate.open();
    await untilPrinted('the state of', 2);
    await untilPrinted('the token was replaced');
    expect(await exitCode).toBe(0);
  } finally {
    program.kill();
  }
  const stored = [...output.matchAll(/entry (\d+) is stored as (\d+)/g)].map(([, entry, seq]) =>
    [entry, seq].map(Number),
  );
  const [, firstSeq = 0] = stored[0] ?? [];
  expect(stored).toEqual(Array.from({ length: ENTRIES }, (_, index) => [index + 1, firstSeq + index]));
  expect(output).not.toContain('refused');
}, 180_000);

it('the program of the guides pauses longer after each expired token in a row, and connects with a valid one', async () => {
  const { accessToken } = await playAsGuest(server.url);
  const env = {
    PATH: process.env['PATH'],
    SERVER: server.url.replace(/\/$/, ''),
    MESSAGES: '1',
    EXPIRED_LOGINS: '3',
    EXPIRED_TOKEN: withExpiry(accessToken, Date.now() - 60_000),
  };
  const args = ['--import', join(folder, 'expired-logins.mjs'), join(folder, 'resilient.mjs')];
  const program = spawn(process.execPath, args, { env });
  let output = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (text) => (output += String(text)));
  const exitCode = await new Promise<number | null>((resolve) => program.once('close', resolve));
  expect(output).toContain('entry 1 is stored');
  const [untilConnected = ''] = output.split('connected\n');
  expect([...untilConnected.matchAll(/pauses for (\d+)/g)].map(([, ms]) => Number(ms))).toEqual([500, 1_000, 2_000]);
  expect(exitCode).toBe(0);
}, 120_000);
