/** The figures of the nodes: 15 minutes over HTTP, and the latest second pushed to administrators that subscribe. */
import { Redis } from 'ioredis';
import type { NodeSecond } from '@aeturnis/contracts';
import {
  closeClients,
  connect,
  type Player,
  playAsGuest,
  registerAdmin,
  registerPlayer,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { callApi, untilNodesAnswer } from '../support/clients/http';
import type { ServerProcess } from '../support/servers/server';
import { useNodeCluster } from '../support/servers/node-cluster';

interface FiguresAnswer {
  from: number;
  intervalMs: number;
  nodes: { nodeId: string; answered: boolean; commands: (number | null)[]; errors: Record<string, number[]> }[];
}

const cluster = useNodeCluster({ ADMIN_USERS: 'boss', LIMITS: 'off' });
let west: ServerProcess;
let east: ServerProcess;
let boss: Player;

beforeAll(async () => {
  [west, east] = await Promise.all([
    cluster.startProcess({ NODE_ID: 'west' }),
    cluster.startProcess({ NODE_ID: 'east' }),
  ]);
  boss = await registerAdmin(west.url);
}, 60_000);
afterEach(closeClients);

async function readFigures(minutes = 15, stopped?: string[]): Promise<FiguresAnswer> {
  const path = `/api/admin/figures?minutes=${minutes}`;
  const answer = await untilNodesAnswer(() => callApi(west.url, 'GET', path, { token: boss.accessToken }), stopped);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer));
  return answer.body as unknown as FiguresAnswer;
}
const sum = (plot: readonly (number | null)[] = []): number =>
  plot.reduce<number>((total, value) => total + (value ?? 0), 0);
const nodeIdsIn = ({ nodes }: { nodes: NodeSecond[] }): string[] => nodes.map(({ nodeId }) => nodeId);

it('history: every node reports what its clients did, on the same seconds', async () => {
  const client = await connect(east.url, (await playAsGuest(east.url)).accessToken);
  for (let count = 0; count < 5; count++) await client.send('system:ping', { surprise: true });
  let figures: FiguresAnswer | undefined;
  await waitUntil(async () => {
    figures = await readFigures();
    // Per second: a late measurement covers more than one.
    return sum(figures.nodes[0]?.errors['VALIDATION']) > 0;
  }, 'the errors are in the figures');
  expect(figures?.intervalMs).toBe(1_000);
  expect(Number(figures?.from) % 1_000).toBe(0);
  expect(figures?.nodes).toMatchObject([
    { nodeId: 'east', answered: true, connections: expect.arrayContaining([1]) },
    { nodeId: 'west', answered: true, errors: {} },
  ]);
  for (const { nodeId: _, answered: __, errors: ___, ...plots } of figures?.nodes ?? [])
    for (const plot of Object.values(plots)) if (Array.isArray(plot)) expect(plot).toHaveLength(900);
  expect(sum(figures?.nodes[0]?.commands)).toBeGreaterThan(0);
});

it('history: a node that does not answer is named', async () => {
  east.kill('SIGSTOP');
  const { nodes } = await readFigures(1, ['east']);
  east.kill('SIGCONT');
  expect(nodes).toEqual([
    { nodeId: 'east', answered: false },
    expect.objectContaining({ nodeId: 'west', answered: true }),
  ]);
});

it.each(['minutes=0', 'minutes=16', 'minutes=x', 'minutes=1.5', 'minutes[]=1', 'node=west'])(
  'history: refuses %s',
  async (query) => {
    const answer = await callApi(west.url, 'GET', `/api/admin/figures?${query}`, { token: boss.accessToken });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
  },
);

describe('admin:figures', () => {
  const subscribed = async (player: { accessToken: string }): Promise<TestClient> => {
    const client = await connect(west.url, player.accessToken);
    expect(await client.send('admin:subscribe')).toEqual({ success: true });
    return client;
  };

  it('carries the latest second of all nodes, each time a later one, until the administrator unsubscribes', async () => {
    const client = await subscribed(boss);
    await client.waitForEvent('admin:figures', (event) => nodeIdsIn(event).join() === 'east,west');
    const [latest] = client.eventsNamed('admin:figures').slice(-1);
    expect(latest?.nodes[1]).toMatchObject({ nodeId: 'west', users: 1, errors: {}, residentBytes: expect.any(Number) });
    const atOf = ({ nodes }: { nodes: NodeSecond[] }): number => nodes.find(({ nodeId }) => nodeId === 'west')?.at ?? 0;
    const { at = 0 } = latest?.nodes[1] ?? {};
    await client.waitForEvent('admin:figures', (event) => atOf(event) > at);
    const seconds = client.eventsNamed('admin:figures').map(atOf);
    expect(new Set(seconds).size).toBe(seconds.length);

    expect(await client.send('admin:unsubscribe')).toEqual({ success: true });
    client.clearReceived();
    // Another administrator of this node still gets them, so an event that this one would have got has passed.
    const witness = await subscribed(boss);
    await waitUntil(() => witness.eventsNamed('admin:figures').length >= 2, 'two seconds have passed');
    expect(client.eventsNamed('admin:figures')).toEqual([]);
  });

  it('is refused to players and guests, who receive nothing', async () => {
    const witness = await subscribed(boss);
    const [player, guest] = [await registerPlayer(west.url), await playAsGuest(west.url)];
    const others = await Promise.all([player, guest].map(({ accessToken }) => connect(west.url, accessToken)));
    for (const client of others)
      for (const command of ['admin:subscribe', 'admin:unsubscribe'])
        expect(await client.send(command)).toMatchObject({ success: false, error: { code: 'FORBIDDEN' } });
    await waitUntil(() => witness.eventsNamed('admin:figures').length >= 2, 'two seconds have passed');
    for (const client of others) expect(client.eventsNamed('admin:figures')).toEqual([]);
  });
});

it('between nodes: nothing is published while no administrator subscribes, and one message per node and second otherwise', async () => {
  const observer = new Redis(cluster.redis.url);
  const published: string[] = [];
  observer.on('pmessage', (_pattern: string, _channel: string, message: string) => {
    if (/"admin:figures\w*"/.test(message)) published.push(message);
  });
  await waitUntil(async () => (await measuredSeconds()) > 0, 'the nodes measure');
  await observer.psubscribe('*');
  published.length = 0;
  const before = await measuredSeconds();
  await waitUntil(async () => (await measuredSeconds()) > before + 5, 'five seconds were measured');
  // Those of the previous test may have been asked for during the first seconds.
  const leftOver = published.length;
  const later = await measuredSeconds();
  await waitUntil(async () => (await measuredSeconds()) > later + 1, 'two more seconds were measured');
  expect(published.length).toBe(leftOver);

  const client = await connect(west.url, boss.accessToken);
  await client.send('admin:subscribe');
  await waitUntil(() => client.eventsNamed('admin:figures').length >= 4, 'four seconds were sent');
  const figures = published.slice(leftOver).filter((message) => message.includes('"admin:figures"'));
  expect(figures.length).toBeGreaterThan(2);
  const seconds = figures.map((message) => /"nodeId":"\w+","at":\d+/.exec(message)?.[0]);
  expect(seconds).toEqual([...new Set(seconds)]);
  expect(seconds).not.toContain(undefined);
  observer.disconnect();
});

async function measuredSeconds(): Promise<number> {
  const { nodes, from } = await readFigures(1);
  const plot = nodes.find(({ nodeId }) => nodeId === 'west')?.commands ?? [];
  return from / 1_000 + plot.findLastIndex((value) => value !== null);
}
