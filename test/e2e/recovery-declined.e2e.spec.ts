/** A client that declines recovery gets events of one argument and keeps no session: with memory and Redis, on both transports. */
import { Redis } from 'ioredis';
import { ResumeService } from '../../libs/realtime/src/resume/resume.service';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, createTestClient, type TestClient, waitUntil } from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { type RedisServer, startRedis } from '../support/redis/redis-server';
import { broadcastHorn, numberedName } from '../support/servers/raid-cluster';

const WITHOUT_REDIS = 'without Redis';
const WITH_REDIS = 'with Redis';
const CASES = [WITHOUT_REDIS, WITH_REDIS].flatMap((store) =>
  (['polling', 'websocket'] as const).map((transport) => ({ store, transport })),
);

let redis: RedisServer;
let probe: Redis;
let redisGate: Gate;
const nodes = new Map<string, RaidApp>();

beforeAll(async () => {
  redis = await startRedis();
  probe = new Redis(redis.url);
  redisGate = await Gate.openInFrontOf(redis.url);
  // A node notices by its pings that a client of long polling has left.
  const shared = { NODE_ENV: 'development', LIMITS: 'off', PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '5000' };
  nodes.set(WITHOUT_REDIS, await startRaidApp(shared));
  nodes.set(WITH_REDIS, await startRaidApp({ ...shared, REDIS_URL: redisGate.url }));
});
afterEach(closeClients);
afterAll(async () => {
  await Promise.all([...nodes.values()].map((node) => node.close()));
  probe.disconnect();
  await redisGate.close();
  await redis.stop();
});

function nodeWith(store: string): RaidApp {
  const node = nodes.get(store);
  if (!node) throw new Error(`no node ${store}`);
  return node;
}

/** Counts the arguments of each event that the client receives. */
function countArguments({ socket }: TestClient): Map<string, Set<number>> {
  const counts = new Map<string, Set<number>>();
  socket.onAny((event: string, ...args) => counts.set(event, (counts.get(event) ?? new Set()).add(args.length)));
  return counts;
}

const declining = (token: string, options: object = {}): Parameters<typeof connect>[2] => ({
  auth: { token, recovery: false },
  ...options,
});

/** Whether a session of the user is left behind that could be resumed. */
async function hasSession(store: string, user: string): Promise<boolean> {
  if (store === WITHOUT_REDIS) return nodeWith(store).app.get(ResumeService).mayHaveRecipients(`user:${user}`);
  return (await probe.keys(`*:u:${user}`)).length > 0;
}

describe.each(CASES)('$store, by $transport', ({ store, transport }) => {
  const transports = [transport];

  it('a client that declines recovery never gets an offset; clients beside it do', async () => {
    const node = nodeWith(store);
    const anna = createTestClient(node.url, undefined, declining(numberedName('anna'), { transports }));
    const counts = countArguments(anna);
    await anna.waitForEvent('system:sync');
    const ben = await connect(node.url, numberedName('ben'), { transports });
    const countsOfBen = countArguments(ben);
    broadcastHorn(node, 'the watch');
    await Promise.all([anna, ben].map((client) => client.waitForEvent('raid:horn')));
    expect(anna.eventsNamed('system:connected')).toMatchObject([{ recovered: false, pid: '' }]);
    expect([...counts].filter(([, lengths]) => [...lengths].some((length) => length !== 1))).toEqual([]);
    expect([...counts.keys()]).toEqual(expect.arrayContaining(['system:connected', 'system:sync', 'raid:horn']));
    expect(countsOfBen.get('raid:horn')).toEqual(new Set([2]));
  });

  it('its connection breaks: it begins anew with system:sync, and no session is left behind', async () => {
    const node = nodeWith(store);
    const [annasName, bensName] = [numberedName('anna'), numberedName('ben')];
    const gate = await Gate.openInFrontOf(node.url);
    try {
      const retry = { reconnection: true, reconnectionDelay: 50, transports };
      const anna = await connect(gate.url, undefined, declining(annasName, retry));
      const ben = await connect(gate.url, bensName, { transports });
      const firstId = anna.socket.id;
      anna.clearReceived();
      gate.resetConnections();
      await anna.waitForEvent('system:sync');
      expect(anna.eventsNamed('system:connected')).toMatchObject([{ recovered: false, pid: '' }]);
      expect(anna.socket.recovered).toBeFalsy();
      expect(anna.socket.id).not.toBe(firstId);
      await gate.close();
      const isDisconnected = (): boolean => !anna.socket.connected && !ben.socket.connected;
      await waitUntil(isDisconnected, 'both clients notice the cut');
      await waitUntil(() => hasSession(store, bensName), 'a session of the other client is kept');
      await waitUntil(async () => !(await hasSession(store, annasName)), 'nothing is kept of the client');
    } finally {
      closeClients();
      await gate.close();
    }
  });

  it('a private id and an offset that it presents all the same are not looked at', async () => {
    const node = nodeWith(store);
    const user = numberedName('anna');
    const owner = await connect(node.url, user, { transports });
    const [connected] = owner.eventsNamed('system:connected');
    const offset = (owner.socket as unknown as { _lastOffset: string })._lastOffset;
    const auth = { token: user, recovery: false, pid: connected?.pid, offset };
    const anna = await connect(node.url, undefined, { auth, transports });
    expect(anna.eventsNamed('system:connected')).toMatchObject([{ recovered: false, pid: '' }]);
    await owner.roundTrip();
    expect(owner.socket.connected).toBe(true);
  });

  it('`auth.recovery` as a string is refused, because ignoring it would break handlers later', async () => {
    const auth = { token: numberedName('anna'), recovery: 'false' };
    const refusal = await connect(nodeWith(store).url, undefined, { auth, transports }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ data: { code: 'VALIDATION', details: [{ field: 'recovery' }] } });
  });
});

it('while Redis is away it gets DEGRADED, without an offset', async () => {
  const node = nodeWith(WITH_REDIS);
  const anna = await connect(node.url, undefined, declining(numberedName('anna')));
  const counts = countArguments(anna);
  await redisGate.close();
  broadcastHorn(node, 'held');
  await anna.waitForEvent('system:error', ({ code }) => code === 'DEGRADED');
  const late = createTestClient(node.url, undefined, declining(numberedName('late')));
  const countsOfLate = countArguments(late);
  await late.waitForEvent('system:error', ({ code }) => code === 'DEGRADED');
  broadcastHorn(node, 'alone');
  await anna.waitForEvent('raid:horn', ({ by }) => by === 'alone');
  await redisGate.open();
  broadcastHorn(node, 'afterwards');
  await anna.waitForEvent('raid:horn', ({ by }) => by === 'afterwards');
  expect(anna.eventsNamed('raid:horn').map(({ by }) => by)).toEqual(['held', 'alone', 'afterwards']);
  expect(anna.eventsNamed('system:recoverable')).toEqual([]);
  for (const lengths of [...counts.values(), ...countsOfLate.values()]) expect(lengths).toEqual(new Set([1]));
}, 60_000);
