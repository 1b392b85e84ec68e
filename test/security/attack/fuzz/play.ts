/** Plays a script against a node and observes what comes of it, without what differs between two moments. */
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../support/ask';
import type { Target } from '../support/line';
import { pollingPath, SOCKET_PATH } from '../support/openings';
import { frame, CLOSE, text } from '../support/websocket-frames';
import { FuzzClient } from './fuzz-client';
import type { Script, Step } from './step';

export interface Observation {
  /** What was received after each step. */
  readonly texts: readonly (readonly string[])[];
  /** WebSocket control frames. Their order among the texts depends on how the kernel has cut the stream. */
  readonly controls: readonly string[];
  readonly isClosed: boolean;
  /** It neither answered a command nor closed, after this step. */
  readonly stuckAfter: string | undefined;
}

const PATIENCE_MS = 15_000;
const BETWEEN_CHUNKS_MS = 3;
/** So long a connection is watched after bytes that may leave it waiting for more. */
const HANG_MS = 500;
const BEFORE_CONNECT_MS = 100;
const FIRST_BARRIER = 900_000;

/** @param patience how many times as long it waits for what may never come, to tell late from never. */
export async function play(
  script: Script,
  target: Target,
  address: string,
  user: string,
  patience = 1,
): Promise<Observation> {
  const client = await open(script, target, address, user);
  const seen: string[][] = [];
  let stuckAfter: string | undefined;
  for (const [index, step] of script.steps.entries()) {
    const from = client.texts.length;
    await writeChunks(client, step);
    if (script.opening === 'early') await client.until(() => concluded(client, from), BEFORE_CONNECT_MS * patience);
    else if (step.then === 'may hang') await client.until(() => false, HANG_MS * patience);
    else if (!(await barrier(client, FIRST_BARRIER + index))) stuckAfter = step.label;
    seen.push(client.texts.slice(from));
    if (client.isClosed || stuckAfter !== undefined) break;
  }
  if (script.opening === 'early') {
    await enterAfterAll(client, user, patience);
    // The first text is the handshake of the engine.
    seen.splice(0, seen.length, client.texts.slice(1));
  }
  const { isClosed } = client;
  const controls = [...client.controls];
  client.write(frame(CLOSE, Buffer.from([0x03, 0xe8])));
  if (!isClosed) await client.until(() => false, 50);
  client.end();
  const texts = seen.map((each) => each.filter((one) => !isBarrier(one)).map((one) => timeless(one, script)));
  return { texts, controls, isClosed, stuckAfter };
}

async function writeChunks(client: FuzzClient, { chunks }: Step): Promise<void> {
  for (const [index, chunk] of chunks.entries()) {
    if (index > 0) await delay(BETWEEN_CHUNKS_MS);
    client.write(chunk);
  }
}

/** A command is answered, or the connection ends. */
function barrier(client: FuzzClient, id: number): Promise<boolean> {
  client.write(text(`42${id}["raid:echo",{"n":${id}}]`));
  return client.until(() => client.has(`43${id}[`), PATIENCE_MS);
}

/** What an honest CONNECT comes to after the steps. A command tells whether the connection stands afterwards. */
async function enterAfterAll(client: FuzzClient, user: string, patience: number): Promise<void> {
  const from = client.texts.length;
  client.write(text(`40{"token":"${user}"}`));
  await client.until(() => concluded(client, from), 4 * HANG_MS * patience);
  client.write(text(`42${FIRST_BARRIER}["raid:echo",{"n":1}]`));
  await client.until(() => client.has(`43${FIRST_BARRIER}[`), 4 * HANG_MS * patience);
}

/** A CONNECT has been answered: accepted and set up, or refused. */
const concluded = (client: FuzzClient, from: number): boolean =>
  client.texts.slice(from).some((one) => one.startsWith('44') || one.includes('system:sync'));

async function open(script: Script, target: Target, address: string, user: string): Promise<FuzzClient> {
  const sid = script.opening === 'upgraded' ? await patiently(() => enterByPolling(target, address, user)) : undefined;
  const client = new FuzzClient(target, address, sid === undefined ? SOCKET_PATH : `${SOCKET_PATH}&sid=${sid}`);
  if (sid === undefined) await client.until(() => client.texts.length > 0, PATIENCE_MS);
  if (script.opening === 'early') return client;
  if (sid === undefined) {
    client.write(text(`40{"token":"${user}"}`));
    await client.until(() => client.has('system:sync'), PATIENCE_MS);
  } else {
    client.write(text('2probe'));
    await client.until(() => client.has('3probe'), PATIENCE_MS);
    client.write(text('5'));
  }
  if (!(await barrier(client, FIRST_BARRIER - 1)) || client.isClosed) throw new Error(`${user} did not get in`);
  return client;
}

/** A node may close a connection that was kept alive just when the next request of another script goes over it. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 2; left > 0; left--) {
    try {
      return await attempt();
    } catch {
      await delay(BEFORE_CONNECT_MS);
    }
  }
  return attempt();
}

async function enterByPolling(target: Target, address: string, user: string): Promise<string> {
  const opened = await ask(target, { path: SOCKET_PATH.replace('websocket', 'polling'), address });
  if (opened.status !== 200)
    throw new Error(`opening a session by polling was answered with ${opened.status} ${opened.body}`);
  const { sid } = JSON.parse(opened.body.slice(1)) as { sid: string };
  const path = pollingPath(sid);
  const headers = { 'content-type': 'text/plain;charset=UTF-8' };
  await ask(target, { method: 'POST', path, address, headers, body: `40{"token":"${user}"}` });
  for (let received = ''; !received.includes('system:sync');) {
    const { status, body } = await ask(target, { path, address });
    if (status !== 200) throw new Error(`polling was answered with ${status}`);
    received += body;
  }
  return sid;
}

const isBarrier = (one: string): boolean => /^43(9\d{5}|899999)\[/.test(one);

function timeless(one: string, { opening }: Script): string {
  // A greeting tells who it is; of an early script the greeting is part of what is observed.
  if (opening === 'early' && /^(40|42\["(auth|system|presence|connection))/.test(one))
    return /^\d+(\["[^"]+")?/.exec(one)?.[0] ?? '';
  return one
    .replaceAll(/\d{13}/g, 'TIME')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replaceAll(/"retryAfterMs":\d+/g, 'RETRY');
}
