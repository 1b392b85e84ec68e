/** Where a policy holds for the cluster, a user has one bucket on all nodes, over sockets and HTTP alike. */
import { randomUUID } from 'node:crypto';
import { PEOPLE_BUDGET } from '@aeturnis/contracts';
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients, connect, playAsGuest } from '../../support/client';
import { call } from '../../support/http';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { type RedisServer, startRedis } from '../../support/redis-server';
import { startTestServer } from '../../support/server';

let database: TestDatabase;
let redis: RedisServer;
let nodes: [RunningServer, RunningServer];

/** Tokens come back, and a node counts for itself for a second where Redis answers late. */
const TRIES = 10;
/** People of one call; those of all calls of a test come to less than the budget. */
const FEW = 10;

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  const environment = { DATABASE_URL: database.url, REDIS_URL: redis.url, LIMITS: 'on' };
  nodes = await Promise.all([
    startTestServer({ ...environment, NODE_ID: 'west' }),
    startTestServer({ ...environment, NODE_ID: 'east' }),
  ]);
}, 60_000);
afterEach(closeClients);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await Promise.all([redis.stop(), database.drop()]);
});

it('messages sent over HTTP on one node leave none for the socket on the other', async () => {
  const [west, east] = nodes;
  const guest = await playAsGuest(west.url);
  const client = await connect(east.url, guest.accessToken);
  const post = async () =>
    (await call(west.url, 'POST', '/api/messages', { token: guest.accessToken, body: {} })).status;
  let refused = false;
  for (let tries = 0; tries < TRIES && !refused; tries++) {
    while ((await post()) !== 429);
    refused = (await client.send('message:send', {})).error?.code === 'RATE_LIMITED';
  }
  expect(refused).toBe(true);
});

it('people brought in by one operation on one node are people less for another operation on the other', async () => {
  const [west, east] = nodes;
  const guest = await playAsGuest(west.url);
  const client = await connect(east.url, guest.accessToken);
  const strangers = Array.from({ length: PEOPLE_BUDGET.burst }, () => randomUUID());
  const group = await client.send('conversation:create', { kind: 'group', participantIds: [] });
  expect(group.success).toBe(true);
  const add = async () =>
    (await client.send('conversation:add', { conversationId: group['id'], userIds: strangers.slice(0, FEW) })).error
      ?.code;
  // Nobody has these ids, which is found out after the price has been paid.
  expect(await add()).toBe('NOT_FOUND');
  let refused = false;
  // Fewer than either operation may be used without its people.
  for (let tries = 0; tries < 3 && !refused; tries++) {
    const body = { kind: 'group', participantIds: strangers.slice(tries === 0 ? FEW : 0) };
    await call(west.url, 'POST', '/api/conversations', { token: guest.accessToken, body });
    refused = (await add()) === 'RATE_LIMITED';
  }
  expect(refused).toBe(true);
});
