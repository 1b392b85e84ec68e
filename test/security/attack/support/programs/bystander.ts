/**
 * What runs inside the bystander's process: honest players with stock clients. It measures how long the node takes to
 * answer `/health/live`, an acked `system:ping`, an acked `chat:message`, and how long a new honest connection takes.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { ask } from '../ask';
import type { Target } from '../line';

export interface BystanderOrder {
  readonly target: Target;
  /** One for each player: each may ping once a second. */
  readonly tokens: readonly string[];
}
export type Probe = 'live' | 'ping' | 'chat' | 'connect';
export interface ProbeResult {
  readonly answered: number;
  readonly failed: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}
export type BystanderReport = Readonly<Record<Probe, ProbeResult>>;

const PERIOD_MS: Record<Probe, number> = { live: 50, ping: 1_100, chat: 7_000, connect: 1_000 };
const ANSWER_MS = 20_000;
const PROBES = Object.keys(PERIOD_MS) as Probe[];
const latencies = new Map<Probe, number[]>(PROBES.map((probe) => [probe, []]));
const failures = new Map<Probe, number>();

async function connect(target: Target, token: string): Promise<Socket> {
  const socket = io(`http://${target.host}:${target.port}`, {
    transports: ['websocket'],
    auth: { token },
    forceNew: true,
    timeout: ANSWER_MS,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('system:sync', () => resolve());
    setTimeout(() => reject(new Error('no system:sync')), ANSWER_MS).unref();
  }).catch((error: unknown) => {
    socket.disconnect();
    throw error;
  });
  return socket;
}

async function acknowledged(socket: Socket, event: string, payload: object): Promise<void> {
  const answer = (await socket.timeout(ANSWER_MS).emitWithAck(event, payload)) as { success?: boolean };
  if (answer.success !== true) throw new Error(`${event}: ${JSON.stringify(answer)}`);
}

async function probe(name: Probe, once: () => Promise<void>): Promise<never> {
  for (;;) {
    const startedAt = performance.now();
    await once().then(
      () => latencies.get(name)?.push(performance.now() - startedAt),
      () => failures.set(name, (failures.get(name) ?? 0) + 1),
    );
    await delay(PERIOD_MS[name]);
  }
}

/** Each probe has had an answer since the last report, or none in time. */
async function untilProbed(): Promise<void> {
  const isProbed = (name: Probe): boolean =>
    name === 'chat' || (latencies.get(name)?.length ?? 0) + (failures.get(name) ?? 0) > 0;
  while (!PROBES.every(isProbed)) await delay(20);
}

/** Of the time since the last report. */
function report(): BystanderReport {
  const entries = PROBES.map((name): [Probe, ProbeResult] => {
    const sorted = (latencies.get(name) ?? []).sort((a, b) => a - b);
    const at = (share: number): number =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
    const result = {
      answered: sorted.length,
      failed: failures.get(name) ?? 0,
      p50: at(0.5),
      p95: at(0.95),
      max: at(1),
    };
    latencies.set(name, []);
    return [name, result];
  });
  failures.clear();
  return Object.fromEntries(entries) as BystanderReport;
}

async function begin({ target, tokens }: BystanderOrder): Promise<void> {
  const sockets = await Promise.all(tokens.map((token) => connect(target, token)));
  let serial = 0;
  for (const [index, socket] of sockets.entries()) {
    // Commands of one socket are answered in their order: a ping would wait for the database with the message before it.
    if (index === 0)
      void probe('chat', () =>
        acknowledged(socket, 'chat:message', { channel: 'global', text: `still here ${++serial}` }),
      );
    else void probe('ping', () => acknowledged(socket, 'system:ping', {}));
    await delay(PERIOD_MS.ping / sockets.length);
  }
  void probe('live', async () => {
    const { status } = await ask(target, { path: '/health/live' });
    if (status !== 200) throw new Error(String(status));
  });
  // Each in turn: a user may connect thirty times a minute.
  let next = 0;
  void probe('connect', async () => {
    const token = tokens[next++ % tokens.length] ?? '';
    (await connect(target, token)).disconnect();
  });
  process.send?.('ready');
}

process.on('message', (order: BystanderOrder | 'report') => {
  if (order === 'report') void untilProbed().then(() => process.send?.(report()));
  else void begin(order);
});
process.on('disconnect', () => process.exit(1));
