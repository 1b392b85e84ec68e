/** Plays a script against a node and records its behaviour, without values that differ between two runs. */
import { setTimeout as delay } from 'node:timers/promises';
import { sendRawHttpRequest } from '../support/http-request';
import type { AttackTarget } from '../support/raw-connection';
import { pollingPath, SOCKET_PATH } from '../support/socket-openings';
import { frame, CLOSE, textFrame } from '../support/websocket-frames';
import { FuzzClient } from './fuzz-client';
import type { FuzzScript, FuzzStep } from './fuzz-script';

export interface ScriptObservation {
  /** What was received after each step. */
  readonly texts: readonly (readonly string[])[];
  /** WebSocket control frames. Their order among the texts depends on how the kernel split the stream. */
  readonly controls: readonly string[];
  readonly isClosed: boolean;
  /** The step after which the node neither answered a command nor closed the connection. */
  readonly stuckAfter: string | undefined;
}

const PATIENCE_MS = 15_000;
const BETWEEN_CHUNKS_MS = 3;
/** How long a connection is observed after a step that may hang. */
const HANG_MS = 500;
const BEFORE_CONNECT_MS = 100;
const FIRST_BARRIER = 900_000;

/** @param patience factor of all waits for packets that may never come, to distinguish late packets from missing ones. */
export async function playScript(
  script: FuzzScript,
  target: AttackTarget,
  address: string,
  user: string,
  patience = 1,
): Promise<ScriptObservation> {
  const client = await open(script, target, address, user);
  const seen: string[][] = [];
  let stuckAfter: string | undefined;
  for (const [index, step] of script.steps.entries()) {
    const from = client.texts.length;
    await writeChunks(client, step);
    if (script.opening === 'early')
      await client.until(() => isConnectAnswered(client, from), BEFORE_CONNECT_MS * patience);
    else if (step.expectation === 'may hang') await client.until(() => false, HANG_MS * patience);
    else if (!(await barrier(client, FIRST_BARRIER + index))) stuckAfter = step.label;
    seen.push(client.texts.slice(from));
    if (client.isClosed || stuckAfter !== undefined) break;
  }
  if (script.opening === 'early') {
    await connectAfterSteps(client, user, patience);
    // The first text is the handshake of the engine.
    seen.splice(0, seen.length, client.texts.slice(1));
  }
  const { isClosed } = client;
  const controls = [...client.controls];
  client.write(frame(CLOSE, Buffer.from([0x03, 0xe8])));
  if (!isClosed) await client.until(() => false, 50);
  client.end();
  const texts = seen.map((received) =>
    received.filter((text) => !isBarrier(text)).map((text) => withoutVolatileFields(text, script)),
  );
  return { texts, controls, isClosed, stuckAfter };
}

async function writeChunks(client: FuzzClient, { chunks }: FuzzStep): Promise<void> {
  for (const [index, chunk] of chunks.entries()) {
    if (index > 0) await delay(BETWEEN_CHUNKS_MS);
    client.write(chunk);
  }
}

/** Sends a command and waits until it is answered or the connection closes. */
function barrier(client: FuzzClient, id: number): Promise<boolean> {
  client.write(textFrame(`42${id}["raid:echo",{"n":${id}}]`));
  return client.until(() => client.has(`43${id}[`), PATIENCE_MS);
}

/** Sends a valid CONNECT after the steps, then a command that shows whether the connection is still open. */
async function connectAfterSteps(client: FuzzClient, user: string, patience: number): Promise<void> {
  const from = client.texts.length;
  client.write(textFrame(`40{"token":"${user}"}`));
  await client.until(() => isConnectAnswered(client, from), 4 * HANG_MS * patience);
  client.write(textFrame(`42${FIRST_BARRIER}["raid:echo",{"n":1}]`));
  await client.until(() => client.has(`43${FIRST_BARRIER}[`), 4 * HANG_MS * patience);
}

/** A CONNECT has been answered: accepted and set up, or refused. */
const isConnectAnswered = (client: FuzzClient, from: number): boolean =>
  client.texts.slice(from).some((text) => text.startsWith('44') || text.includes('system:sync'));

async function open(script: FuzzScript, target: AttackTarget, address: string, user: string): Promise<FuzzClient> {
  const sid =
    script.opening === 'upgraded' ? await withRetries(() => enterByPolling(target, address, user)) : undefined;
  const client = new FuzzClient(target, address, sid === undefined ? SOCKET_PATH : `${SOCKET_PATH}&sid=${sid}`);
  if (sid === undefined) await client.until(() => client.texts.length > 0, PATIENCE_MS);
  if (script.opening === 'early') return client;
  if (sid === undefined) {
    client.write(textFrame(`40{"token":"${user}"}`));
    await client.until(() => client.has('system:sync'), PATIENCE_MS);
  } else {
    client.write(textFrame('2probe'));
    await client.until(() => client.has('3probe'), PATIENCE_MS);
    client.write(textFrame('5'));
  }
  if (!(await barrier(client, FIRST_BARRIER - 1)) || client.isClosed)
    throw new Error(`${user} could not enter the namespace`);
  return client;
}

/** Tries again, because a node may close a keep-alive connection just when the request of another script uses it. */
async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 2; left > 0; left--) {
    try {
      return await attempt();
    } catch {
      await delay(BEFORE_CONNECT_MS);
    }
  }
  return attempt();
}

async function enterByPolling(target: AttackTarget, address: string, user: string): Promise<string> {
  const opened = await sendRawHttpRequest(target, { path: SOCKET_PATH.replace('websocket', 'polling'), address });
  if (opened.status !== 200)
    throw new Error(`opening a session by polling was answered with ${opened.status} ${opened.body}`);
  const { sid } = JSON.parse(opened.body.slice(1)) as { sid: string };
  const path = pollingPath(sid);
  const headers = { 'content-type': 'text/plain;charset=UTF-8' };
  await sendRawHttpRequest(target, { method: 'POST', path, address, headers, body: `40{"token":"${user}"}` });
  for (let received = ''; !received.includes('system:sync');) {
    const { status, body } = await sendRawHttpRequest(target, { path, address });
    if (status !== 200) throw new Error(`polling was answered with ${status}`);
    received += body;
  }
  return sid;
}

const isBarrier = (text: string): boolean => /^43(9\d{5}|899999)\[/.test(text);

function withoutVolatileFields(text: string, { opening }: FuzzScript): string {
  // A greeting identifies its connection; the greeting of an early script is part of its observation.
  if (opening === 'early' && /^(40|42\["(auth|system|presence|connection))/.test(text))
    return /^\d+(\["[^"]+")?/.exec(text)?.[0] ?? '';
  return text
    .replaceAll(/\d{13}/g, 'TIME')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replaceAll(/"retryAfterMs":\d+/g, 'RETRY');
}
