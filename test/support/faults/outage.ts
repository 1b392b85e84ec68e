/** The outage scenario of a short and a long test: two nodes under light load while Redis, then PostgreSQL, is away. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, createCharacter, registerPlayer, type TestClient, waitUntil } from '../clients/client';
import { Gate } from './gate';
import { createMigratedDatabase } from '../databases/postgres';
import { startRedis } from '../redis/redis-server';
import { type ServerProcess, startServerProcess } from '../servers/server';

const CLIENTS_PER_NODE = 5;
const PACE_MS = 1_000;

export interface OutageReport {
  commands: number;
  /** Acks by outcome: `ok`, or the error's code. */
  duringRedis: Record<string, number>;
  duringPostgres: Record<string, number>;
  afterwards: Record<string, number>;
  /** Resident memory per node in MB: before, at the end of each outage, afterwards. */
  memory: number[][];
}

interface OutagePlayer {
  client: TestClient;
  x: number;
  y: number;
  seq: number;
}

export async function runOutage(
  redisMs: number,
  postgresMs: number,
  log: (line: string) => void,
): Promise<OutageReport> {
  const [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  const [postgresGate, redisGate] = await Promise.all([
    Gate.openInFrontOf(database.url),
    Gate.openInFrontOf(redis.url),
  ]);
  const environment = { DATABASE_URL: postgresGate.url, REDIS_URL: redisGate.url };
  const nodes = await Promise.all([startServerProcess(environment), startServerProcess(environment)]);
  const walkers = (
    await Promise.all(
      nodes.map((node) => Promise.all(Array.from({ length: CLIENTS_PER_NODE }, () => connectPlayer(node)))),
    )
  ).flat();
  let commands = 0;
  let outcomes: Record<string, number> = {};
  const countOutcome = (answer: { success: boolean; error?: { code: string } }): void => {
    commands++;
    const outcome = answer.success ? 'ok' : (answer.error?.code ?? 'none');
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  const load = async (ms: number): Promise<Record<string, number>> => {
    outcomes = {};
    for (const end = Date.now() + ms; Date.now() < end;) {
      await Promise.all([
        delay(PACE_MS),
        ...walkers.map((walker) => sendCommands(walker).then((answers) => answers.forEach(countOutcome))),
      ]);
    }
    return outcomes;
  };
  const memory: number[][] = [];
  const recordMemory = (): void => void memory.push(nodes.map(residentMb));
  try {
    await load(3 * PACE_MS);
    recordMemory();
    log(`load runs: ${walkers.length} clients on two nodes; Redis goes away for ${redisMs / 1000} s`);
    await redisGate.close();
    const duringRedis = await load(redisMs);
    recordMemory();
    for (const node of nodes) await expectReady(node, 200, 'degraded');
    await redisGate.open();
    await Promise.all(nodes.map((node) => waitUntil(() => isReady(node, 'ok'), 'the nodes use Redis again')));
    await expectAllReached(walkers);
    log(`Redis is back (${JSON.stringify(duringRedis)}); PostgreSQL goes away for ${postgresMs / 1000} s`);
    await postgresGate.close();
    const duringPostgres = await load(postgresMs);
    recordMemory();
    for (const node of nodes) await expectReady(node, 503, 'error');
    await postgresGate.open();
    await Promise.all(nodes.map((node) => waitUntil(() => isReady(node, 'ok'), 'the nodes use PostgreSQL again')));
    log(`PostgreSQL is back (${JSON.stringify(duringPostgres)})`);
    await expectAllReached(walkers);
    const afterwards = await load(3 * PACE_MS);
    recordMemory();
    if (nodes.some(({ process }) => process.exitCode !== null)) throw new Error('a node has exited during the outages');
    if (walkers.some(({ client }) => !client.socket.connected))
      throw new Error('a client has lost its connection during the outages');
    return { commands, duringRedis, duringPostgres, afterwards, memory };
  } finally {
    for (const { client } of walkers) client.close();
    for (const node of nodes) node.kill('SIGTERM');
    const codes = await Promise.all(nodes.map(({ exited }) => exited));
    await Promise.all([postgresGate.close(), redisGate.close()]);
    await Promise.all([redis.stop(), database.drop()]);
    log(`the nodes exited with ${codes.join(' and ')}`);
  }
}

async function connectPlayer(node: ServerProcess): Promise<OutagePlayer> {
  const player = await registerPlayer(node.url);
  const { id: characterId } = await createCharacter(node.url, player);
  const client = await connect(node.url, player.accessToken);
  const { character } = (await client.send('character:select', { characterId })) as unknown as {
    character: { x: number; y: number };
  };
  return { client, x: character.x, y: character.y, seq: 0 };
}

/** The commands of a player in one second: chat every seventh and a status change every fourth time, within their limits. */
async function sendCommands(walker: OutagePlayer): Promise<{ success: boolean; error?: { code: string } }[]> {
  const { client, x, y } = walker;
  const seq = ++walker.seq;
  client.clearReceived();
  const answers = [client.send('system:ping'), client.send('character:move', { seq, x: x + 0.1 * Math.sin(seq), y })];
  if (seq % 4 === 0) answers.push(client.send('presence:update', { status: seq % 8 === 0 ? 'away' : 'online' }));
  if (seq % 7 === 0)
    answers.push(
      client.send('chat:message', { channel: 'global', text: `message ${seq} of ${client.socket.id ?? ''}` }),
    );
  return Promise.all(answers);
}

/** A message of the first player reaches all players on both nodes. */
async function expectAllReached(walkers: OutagePlayer[]): Promise<void> {
  const [first, last] = [walkers[0], walkers.at(-1)];
  if (!first || !last) throw new Error('no player is connected');
  const text = `sent at ${Date.now()}`;
  const arrivals = Promise.all(
    walkers.map(({ client }) =>
      client.waitForEvent('chat:message', (message) => message.text.startsWith(text), 30_000),
    ),
  );
  for (let attempt = 0; ; attempt++) {
    const answer = await first.client.send('chat:message', { channel: 'zone', text: `${text} ${attempt}` });
    if (answer.success) break;
    await delay(answer.error?.retryAfterMs ?? 500);
  }
  await arrivals;
}

async function isReady(node: ServerProcess, status: string): Promise<boolean> {
  const response = await fetch(`${node.url}/health/ready`);
  return ((await response.json()) as { status: string }).status === status;
}

async function expectReady(node: ServerProcess, code: number, status: string): Promise<void> {
  const response = await fetch(`${node.url}/health/ready`);
  const body = (await response.json()) as { status: string };
  if (response.status !== code || body.status !== status)
    throw new Error(`readiness is ${response.status} ${JSON.stringify(body)}`);
}

function residentMb(node: ServerProcess): number {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node.process.pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}
