/**
 * The program of the bystander's process: honest players with stock clients. It measures how long the node takes to
 * answer `/health/live`, an acked `system:ping`, an acked `chat:message`, and how long a new honest connection takes.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { sendRawHttpRequest } from '../http-request';
import type { AttackTarget } from '../raw-connection';

export interface BystanderOrder {
  readonly target: AttackTarget;
  /** One token for each player, because a player may ping once a second. */
  readonly tokens: readonly string[];
}
export type BystanderProbe = 'live' | 'ping' | 'chat' | 'connect';
export interface BystanderProbeResult {
  readonly answered: number;
  readonly failed: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}
export type BystanderReport = Readonly<Record<BystanderProbe, BystanderProbeResult>>;

const PERIOD_MS: Record<BystanderProbe, number> = { live: 50, ping: 1_100, chat: 7_000, connect: 1_000 };
const ANSWER_MS = 20_000;
const PROBES = Object.keys(PERIOD_MS) as BystanderProbe[];
const latencies = new Map<BystanderProbe, number[]>(PROBES.map((probe) => [probe, []]));
const failures = new Map<BystanderProbe, number>();

async function connect(target: AttackTarget, token: string): Promise<Socket> {
  const socket = io(`http://${target.host}:${target.port}`, {
    transports: ['websocket'],
    auth: { token },
    forceNew: true,
    timeout: ANSWER_MS,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('system:sync', () => resolve());
    setTimeout(() => reject(new Error('no system:sync arrived in time')), ANSWER_MS).unref();
  }).catch((error: unknown) => {
    socket.disconnect();
    throw error;
  });
  return socket;
}

async function sendAndAwaitAck(socket: Socket, event: string, payload: object): Promise<void> {
  const answer = (await socket.timeout(ANSWER_MS).emitWithAck(event, payload)) as { success?: boolean };
  if (answer.success !== true) throw new Error(`${event}: ${JSON.stringify(answer)}`);
}

async function probe(name: BystanderProbe, once: () => Promise<void>): Promise<never> {
  for (;;) {
    const startedAt = performance.now();
    await once().then(
      () => latencies.get(name)?.push(performance.now() - startedAt),
      () => failures.set(name, (failures.get(name) ?? 0) + 1),
    );
    await delay(PERIOD_MS[name]);
  }
}

/** Waits until each probe has been answered, or has failed, since the last report. */
async function untilProbed(): Promise<void> {
  const isProbed = (name: BystanderProbe): boolean =>
    name === 'chat' || (latencies.get(name)?.length ?? 0) + (failures.get(name) ?? 0) > 0;
  while (!PROBES.every(isProbed)) await delay(20);
}

/** The results since the last report. */
function report(): BystanderReport {
  const entries = PROBES.map((name): [BystanderProbe, BystanderProbeResult] => {
    const sorted = (latencies.get(name) ?? []).sort((a, b) => a - b);
    const percentile = (share: number): number =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
    const result = {
      answered: sorted.length,
      failed: failures.get(name) ?? 0,
      p50: percentile(0.5),
      p95: percentile(0.95),
      max: percentile(1),
    };
    latencies.set(name, []);
    return [name, result];
  });
  failures.clear();
  return Object.fromEntries(entries) as BystanderReport;
}

async function startProbing({ target, tokens }: BystanderOrder): Promise<void> {
  const sockets = await Promise.all(tokens.map((token) => connect(target, token)));
  let serial = 0;
  for (const [index, socket] of sockets.entries()) {
    // Commands of one socket are answered in their order: a ping would wait for the database with the message before it.
    if (index === 0)
      void probe('chat', () =>
        sendAndAwaitAck(socket, 'chat:message', { channel: 'global', text: `still here ${++serial}` }),
      );
    else void probe('ping', () => sendAndAwaitAck(socket, 'system:ping', {}));
    await delay(PERIOD_MS.ping / sockets.length);
  }
  void probe('live', async () => {
    const { status } = await sendRawHttpRequest(target, { path: '/health/live' });
    if (status !== 200) throw new Error(String(status));
  });
  // The tokens take turns, because a user may connect thirty times a minute.
  let next = 0;
  void probe('connect', async () => {
    const token = tokens[next++ % tokens.length] ?? '';
    (await connect(target, token)).disconnect();
  });
  process.send?.('ready');
}

process.on('message', (order: BystanderOrder | 'report') => {
  if (order === 'report') void untilProbed().then(() => process.send?.(report()));
  else void startProbing(order);
});
process.on('disconnect', () => process.exit(1));
