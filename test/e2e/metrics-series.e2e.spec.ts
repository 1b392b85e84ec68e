/** The number of series of a busy node, the buckets of its histograms, and the Prometheus rules for metric names. */
import { COMMANDS } from '@aeturnis/contracts';
import { DURATION_BUCKETS } from '@aeturnis/platform';
import type { RunningServer } from '../../apps/server/src/server';
import { connect, playAsGuest, type TestClient } from '../support/clients/client';
import { type ExposedMetric, readAllMetrics } from '../support/servers/metrics';
import { useNodeCluster } from '../support/servers/node-cluster';

const USERS = 500;
const BATCH = 50;
const MAX_SERIES = 300;

const cluster = useNodeCluster({ LIMITS: 'off' });
let server: RunningServer;
let ours: ExposedMetric[];

beforeAll(async () => {
  server = await cluster.startNode();
  await playAndChat();
  ours = (await readAllMetrics(server.url)).filter(({ name }) => name.startsWith('aeturnis_'));
}, 120_000);

/** Guests connect in batches with a conversation each, and every one sends a message; one client tries all commands. */
async function playAndChat(): Promise<void> {
  let last: TestClient | undefined;
  for (let count = 0; count < USERS; count += BATCH) {
    const guests = await Promise.all(Array.from({ length: BATCH }, () => playAsGuest(server.url)));
    const clients = await Promise.all(guests.map(({ accessToken }) => connect(server.url, accessToken)));
    const participantIds = guests.slice(1).map(({ id }) => id);
    const { id: conversationId } = (await clients[0]?.send('conversation:create', {
      kind: 'group',
      participantIds,
    })) as unknown as { id: string };
    await Promise.all(
      clients.map(async (client, index) => {
        const toUserId = guests[BATCH - 1 - index]?.id;
        await client.send('conversation:join', { conversationId });
        await client.send('chat:whisper', { toUserId, text: 'hello' });
      }),
    );
    await clients[0]?.send('message:send', { conversationId, content: 'hello' });
    await clients[0]?.send('chat:message', { channel: 'global', text: 'hello' });
    last = clients[0];
  }
  for (const { name } of COMMANDS) await last?.send(name, {});
}

it(`a node with ${USERS} users, where every command was used, exposes fewer than ${MAX_SERIES} series`, () => {
  const counts = ours.map(({ name, series }) => `${series.length} ${name}`);
  const total = ours.reduce((sum, { series }) => sum + series.length, 0);
  if (total >= MAX_SERIES) throw new Error(`${total} series: ${counts.join(', ')}`);
});

it('every histogram has the buckets of the shared list', () => {
  const histograms = ours.filter(({ type }) => type === 'histogram');
  expect(histograms.length).toBeGreaterThanOrEqual(5);
  for (const { name, series } of histograms) {
    const bounds = new Set(series.flatMap((line) => /le="([^"]+)"/.exec(line)?.[1] ?? []));
    expect([name, ...bounds]).toEqual([name, ...DURATION_BUCKETS.map(String), '+Inf']);
  }
});

/** The rules of `promtool check metrics`. */
const RULES: readonly [string, (metric: ExposedMetric) => boolean][] = [
  ['has no help', ({ help }) => help === ''],
  ['is a counter without _total', ({ name, type }) => type === 'counter' && !name.endsWith('_total')],
  ['ends with _total and is no counter', ({ name, type }) => type !== 'counter' && name.endsWith('_total')],
  ['ends like a part of a histogram', ({ name }) => /_(bucket|count|sum|info)$/.test(name)],
  ['names its type', ({ name }) => /_(gauge|counter|histogram|summary)(_|$)/.test(name)],
  ['is not in lower case', ({ name }) => !/^[a-z][a-z0-9_]*$/.test(name)],
  [
    'has a unit that is no base unit',
    ({ name }) => /_(milli|micro|nano|kilo|mega|giga)?(minutes|hours|days|weeks|bits|percent)(_|$)/.test(name),
  ],
  ['has a unit with a prefix', ({ name }) => /_(milli|micro|nano|kilo|mega|giga)(seconds|bytes)(_|$)/.test(name)],
  ['abbreviates its unit', ({ name }) => /_(s|ms|us|ns|sec|b|kb|mb|gb|tb|m|h|d)(_total)?$/.test(name)],
  ['has a label in camel case', ({ series }) => series.some((line) => /[{,][a-z]+[A-Z]\w*="/.test(line))],
  ['measures a duration without its unit', ({ name, type }) => type === 'histogram' && !name.endsWith('_seconds')],
];

it.each(RULES)('no metric %s', (_, isWrong) => {
  expect(ours.filter(isWrong).map(({ name }) => name)).toEqual([]);
});

it('no label value is an id', () => {
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}|="[\w-]{20}"|:[0-9a-f]{12,}/;
  expect(ours.flatMap(({ series }) => series.filter((line) => ids.test(line)))).toEqual([]);
});
