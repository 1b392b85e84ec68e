/**
 * What a node says while one of its services is in trouble, by each way in which it says something: readiness, metrics, log
 * and clients. None may say that all is well, and afterwards nothing that was acknowledged is lost or doubled.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { closeClients, connect, playAsGuest, type TestClient, until } from '../support/client';
import { metric } from '../support/metrics';
import { type ServerProcess, stopServerProcesses } from '../support/server';
import { EVERY_TROUBLE, type Trouble, TroubledServices } from '../support/troubled-services';

const PACE_MS = 250;
const TROUBLED_MS = 12_000;
const BACK_WITHIN_MS = 30_000;
/** Of the process; what grows with each command of these twelve seconds would be far above it. */
const MOST_GROWTH = 1.6;

/** What each metric says while all is well. */
const WELL = {
  aeturnis_database_up: 1,
  aeturnis_database_writable: 1,
  aeturnis_database_stuck_work: 0,
  aeturnis_redis_up: 1,
};

interface Readiness {
  readonly http: number;
  readonly status: string;
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function readiness({ url }: ServerProcess): Promise<Readiness> {
  const response = await fetch(`${url}/health/ready`);
  return { http: response.status, ...((await response.json()) as Omit<Readiness, 'http'>) };
}

/** Parts that are not well, with the reason that they give. */
const troubled = ({ http, details }: Readiness): string[] =>
  Object.entries(details)
    .filter(([, part]) => part['status'] !== 'up' || part['degraded'] === true)
    .map(([name, part]) => `${http} ${name}: ${String(part['reason'] ?? part['stuck'] ?? part['state'])}`);

async function unwellMetrics({ url }: ServerProcess): Promise<string[]> {
  const names = Object.keys(WELL) as (keyof typeof WELL)[];
  const values = await Promise.all(names.map((name) => metric(url, name)));
  return names.flatMap((name, index) => (values[index] === WELL[name] ? [] : [`${name} ${values[index]}`]));
}

/** A player who sends messages all the time, and records which were acknowledged and which errors and notices arrived. */
class Speaker {
  readonly acknowledged: string[] = [];
  readonly told = new Set<string>();
  private over = false;
  private readonly talking: Promise<void>[];

  private constructor(
    readonly client: TestClient,
    readonly conversationId: string,
  ) {
    client.socket.on('disconnect', (reason) => this.told.add(`disconnect: ${reason}`));
    this.talking = [this.talk('chat:message', this.chat), this.talk('message:send', this.message)];
  }

  static async begin(url: string): Promise<Speaker> {
    const [speaker, other] = [await playAsGuest(url), await playAsGuest(url)];
    const client = await connect(url, speaker.accessToken, { reconnection: true });
    const created = await client.send('conversation:create', { kind: 'direct', participantIds: [other.id] });
    return new Speaker(client, created['id'] as string);
  }

  async end(): Promise<void> {
    this.over = true;
    await Promise.all(this.talking);
    for (const { code } of this.client.all('system:error')) this.told.add(`system:error ${code}`);
    if (this.client.all('system:recoverable').length > 0) this.told.add('system:recoverable');
  }

  private readonly chat = (text: string): object => ({ channel: 'global', text });
  private readonly message = (text: string): object => ({
    conversationId: this.conversationId,
    content: text,
    tempId: text,
  });

  private async talk(event: string, payload: (text: string) => object): Promise<void> {
    for (let serial = 0; !this.over; serial++) {
      const text = `${event} ${serial}`;
      const answer = await this.client.send(event, payload(text)).catch(() => undefined);
      if (answer?.success) this.acknowledged.push(text);
      else if (answer) this.told.add(`${event} ${answer.error?.code ?? ''}`);
      await delay(PACE_MS);
    }
  }
}

let services: TroubledServices;

afterEach(async () => {
  closeClients();
  await stopServerProcesses();
  await services.stop();
});

const REDIS = /^Redis/;

it.each(EVERY_TROUBLE)(
  '%s: readiness, metrics, the log and clients say so, until it is over',
  async (trouble: Trouble) => {
    services = await TroubledServices.start();
    const server = await services.startNode({ LIMITS: 'off' });
    await until(async () => (await readiness(server)).status === 'ok', 'it is ready');
    const speaker = await Speaker.begin(server.url);
    await until(() => speaker.acknowledged.length > 4, 'it is spoken');
    expect(await unwellMetrics(server)).toEqual([]);
    expect(speaker.told).toEqual(new Set());
    const linesBefore = server.output().length;
    const bytesBefore = await metric(server.url, 'process_resident_memory_bytes');

    await services.spoil(trouble);
    const since = Date.now();
    await until(async () => troubled(await readiness(server)).length > 0, 'readiness says so');
    const saidAfterMs = Date.now() - since;
    await delay(TROUBLED_MS - saidAfterMs);
    const states = troubled(await readiness(server));
    const metrics = await unwellMetrics(server);
    const lines = server
      .output()
      .slice(linesBefore)
      .split('\n')
      .filter((line) => line.includes('"level":"warn"') || line.includes('"level":"error"'))
      .map((line) => JSON.parse(line) as { context: string; message: string; reason?: string });

    await services.mend(trouble);
    const mendedAt = Date.now();
    const spoken = speaker.acknowledged.length;
    await until(async () => (await readiness(server)).status === 'ok', 'it is ready again', BACK_WITHIN_MS);
    const backAfterMs = Date.now() - mendedAt;
    await until(() => speaker.acknowledged.length > spoken + 4, 'it is spoken again', BACK_WITHIN_MS);
    const metricsAfter = await unwellMetrics(server);
    const bytesAfter = await metric(server.url, 'process_resident_memory_bytes');
    await speaker.end();
    const stored = await textsStored();
    const lost = speaker.acknowledged.filter((text) => !stored.includes(text));
    const row = {
      'said after s': (saidAfterMs / 1_000).toFixed(1),
      readiness: states.join(', '),
      metrics: metrics.join(', '),
      log: `${lines.length} lines, first: ${lines[0]?.context}: ${lines[0]?.message} ${lines[0]?.reason ?? ''}`,
      clients: [...speaker.told].join(', '),
      'back after s': (backAfterMs / 1_000).toFixed(1),
      acknowledged: speaker.acknowledged.length,
      lost: lost.length,
      doubled: stored.length - new Set(stored).size,
    };
    record(trouble, Date.now() - since, row);

    expect(saidAfterMs).toBeLessThan(REDIS.test(trouble) ? 10_000 : 5_000 + 500);
    expect(states).not.toEqual([]);
    expect(metrics).not.toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
    expect([...speaker.told]).not.toEqual([]);
    expect(metricsAfter).toEqual([]);
    expect(lost).toEqual([]);
    expect(new Set(stored).size).toBe(stored.length);
    expect(bytesAfter).toBeLessThan(bytesBefore * MOST_GROWTH);
    expect(server.output()).not.toContain('INTERNAL');
  },
  120_000,
);

async function textsStored(): Promise<string[]> {
  const { rows } = await services.operator.query<{ text: string }>(`
    select text from chat_messages
    union all select content from conversation_log where type = 'message:new'`);
  return rows.map(({ text }) => text);
}

function record(title: string, ms: number, counted: object): void {
  const file = process.env['CHAOS_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ title, ms, counted })}\n`);
}
