/**
 * What a node reports while one of its services fails: readiness, metrics, log and client notices. Each must report the
 * fault, and afterwards no acknowledged message is lost or duplicated.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { closeClients, connect, playAsGuest, type TestClient, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { type ServerProcess, stopServerProcesses } from '../support/servers/server';
import { ALL_SERVICE_FAULTS, type ServiceFault, FaultyServices } from '../support/faults/faulty-services';

const PACE_MS = 250;
const FAULT_DURATION_MS = 12_000;
const RECOVERY_TIMEOUT_MS = 30_000;
/** Limit for the memory of the process; a leak per command would exceed it by far within these twelve seconds. */
const MAX_GROWTH_FACTOR = 1.6;

/** The value of each metric while all services are up. */
const HEALTHY_METRICS = {
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

/** The unhealthy parts, with their reason. */
const unhealthyParts = ({ http, details }: Readiness): string[] =>
  Object.entries(details)
    .filter(([, part]) => part['status'] !== 'up' || part['degraded'] === true)
    .map(([name, part]) => `${http} ${name}: ${String(part['reason'] ?? part['stuck'] ?? part['state'])}`);

async function unhealthyMetrics({ url }: ServerProcess): Promise<string[]> {
  const names = Object.keys(HEALTHY_METRICS) as (keyof typeof HEALTHY_METRICS)[];
  const values = await Promise.all(names.map((name) => readMetric(url, name)));
  return names.flatMap((name, index) => (values[index] === HEALTHY_METRICS[name] ? [] : [`${name} ${values[index]}`]));
}

/** A player who sends messages continuously, and records which were acknowledged and which errors and notices arrived. */
class ContinuousSender {
  readonly acknowledged: string[] = [];
  readonly notices = new Set<string>();
  private isStopped = false;
  private readonly sendLoops: Promise<void>[];

  private constructor(
    readonly client: TestClient,
    readonly conversationId: string,
  ) {
    client.socket.on('disconnect', (reason) => this.notices.add(`disconnect: ${reason}`));
    this.sendLoops = [this.sendLoop('chat:message', this.chat), this.sendLoop('message:send', this.message)];
  }

  static async start(url: string): Promise<ContinuousSender> {
    const [speaker, other] = [await playAsGuest(url), await playAsGuest(url)];
    const client = await connect(url, speaker.accessToken, { reconnection: true });
    const created = await client.send('conversation:create', { kind: 'direct', participantIds: [other.id] });
    return new ContinuousSender(client, created['id'] as string);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.sendLoops);
    for (const { code } of this.client.eventsNamed('system:error')) this.notices.add(`system:error ${code}`);
    if (this.client.eventsNamed('system:recoverable').length > 0) this.notices.add('system:recoverable');
  }

  private readonly chat = (text: string): object => ({ channel: 'global', text });
  private readonly message = (text: string): object => ({
    conversationId: this.conversationId,
    content: text,
    tempId: text,
  });

  private async sendLoop(event: string, payload: (text: string) => object): Promise<void> {
    for (let serial = 0; !this.isStopped; serial++) {
      const text = `${event} ${serial}`;
      const answer = await this.client.send(event, payload(text)).catch(() => undefined);
      if (answer?.success) this.acknowledged.push(text);
      else if (answer) this.notices.add(`${event} ${answer.error?.code ?? ''}`);
      await delay(PACE_MS);
    }
  }
}

let services: FaultyServices;

afterEach(async () => {
  closeClients();
  await stopServerProcesses();
  await services.stop();
});

const REDIS = /^Redis/;

it.each(ALL_SERVICE_FAULTS)(
  '%s: readiness, metrics, the log and clients report the fault until it is cleared',
  async (fault: ServiceFault) => {
    services = await FaultyServices.start();
    const server = await services.startNode({ LIMITS: 'off' });
    await waitUntil(async () => (await readiness(server)).status === 'ok', 'the server is ready');
    const speaker = await ContinuousSender.start(server.url);
    await waitUntil(() => speaker.acknowledged.length > 4, 'messages are acknowledged');
    expect(await unhealthyMetrics(server)).toEqual([]);
    expect(speaker.notices).toEqual(new Set());
    const linesBefore = server.output().length;
    const bytesBefore = await readMetric(server.url, 'process_resident_memory_bytes');

    await services.injectFault(fault);
    const since = Date.now();
    await waitUntil(async () => unhealthyParts(await readiness(server)).length > 0, 'readiness reports the fault');
    const reportedAfterMs = Date.now() - since;
    await delay(FAULT_DURATION_MS - reportedAfterMs);
    const states = unhealthyParts(await readiness(server));
    const metrics = await unhealthyMetrics(server);
    const lines = server
      .output()
      .slice(linesBefore)
      .split('\n')
      .filter((line) => line.includes('"level":"warn"') || line.includes('"level":"error"'))
      .map((line) => JSON.parse(line) as { context: string; message: string; reason?: string });

    await services.clearFault(fault);
    const clearedAt = Date.now();
    const ackedBefore = speaker.acknowledged.length;
    await waitUntil(async () => (await readiness(server)).status === 'ok', 'recovery', RECOVERY_TIMEOUT_MS);
    const recoveredAfterMs = Date.now() - clearedAt;
    await waitUntil(() => speaker.acknowledged.length > ackedBefore + 4, 'acks again', RECOVERY_TIMEOUT_MS);
    const metricsAfter = await unhealthyMetrics(server);
    const bytesAfter = await readMetric(server.url, 'process_resident_memory_bytes');
    await speaker.stop();
    const stored = await storedTexts();
    const lost = speaker.acknowledged.filter((text) => !stored.includes(text));
    const row = {
      'reported after s': (reportedAfterMs / 1_000).toFixed(1),
      readiness: states.join(', '),
      metrics: metrics.join(', '),
      log: `${lines.length} lines, first: ${lines[0]?.context}: ${lines[0]?.message} ${lines[0]?.reason ?? ''}`,
      clients: [...speaker.notices].join(', '),
      'recovered after s': (recoveredAfterMs / 1_000).toFixed(1),
      acknowledged: speaker.acknowledged.length,
      lost: lost.length,
      duplicated: stored.length - new Set(stored).size,
    };
    appendResult(fault, Date.now() - since, row);

    expect(reportedAfterMs).toBeLessThan(REDIS.test(fault) ? 10_000 : 5_000 + 500);
    expect(states).not.toEqual([]);
    expect(metrics).not.toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
    expect([...speaker.notices]).not.toEqual([]);
    expect(metricsAfter).toEqual([]);
    expect(lost).toEqual([]);
    expect(new Set(stored).size).toBe(stored.length);
    expect(bytesAfter).toBeLessThan(bytesBefore * MAX_GROWTH_FACTOR);
    expect(server.output()).not.toContain('INTERNAL');
  },
  120_000,
);

async function storedTexts(): Promise<string[]> {
  const { rows } = await services.operator.query<{ text: string }>(`
    select text from chat_messages
    union all select content from conversation_log where type = 'message:new'`);
  return rows.map(({ text }) => text);
}

function appendResult(title: string, ms: number, counted: object): void {
  const file = process.env['CHAOS_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ title, ms, counted })}\n`);
}
