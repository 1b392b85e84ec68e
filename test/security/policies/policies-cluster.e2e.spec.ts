/** Policies with cluster scope: a user has one bucket on all nodes, over sockets and HTTP alike. */
import { randomUUID } from 'node:crypto';
import { ADDED_MEMBERS_BUDGET } from '@aeturnis/contracts';
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients, connect, playAsGuest } from '../../support/clients/client';
import { callApi } from '../../support/clients/http';
import { useNodeCluster } from '../../support/servers/node-cluster';

const cluster = useNodeCluster({ LIMITS: 'on' });
let nodes: [RunningServer, RunningServer];

/** Attempts, because buckets refill, and a node counts locally for a second when Redis answers late. */
const TRIES = 10;
/** Users named in one call. All calls of a test together stay below the budget. */
const FEW = 10;

beforeAll(async () => {
  nodes = await Promise.all([cluster.startNode({ NODE_ID: 'west' }), cluster.startNode({ NODE_ID: 'east' })]);
}, 60_000);
afterEach(closeClients);

it('messages sent over HTTP on one node use up the bucket of the socket on the other', async () => {
  const [west, east] = nodes;
  const guest = await playAsGuest(west.url);
  const client = await connect(east.url, guest.accessToken);
  const post = async () =>
    (await callApi(west.url, 'POST', '/api/messages', { token: guest.accessToken, body: {} })).status;
  let refused = false;
  for (let tries = 0; tries < TRIES && !refused; tries++) {
    while ((await post()) !== 429);
    refused = (await client.send('message:send', {})).error?.code === 'RATE_LIMITED';
  }
  expect(refused).toBe(true);
});

it('members added by one operation on one node use up the budget of another operation on the other node', async () => {
  const [west, east] = nodes;
  const guest = await playAsGuest(west.url);
  const client = await connect(east.url, guest.accessToken);
  const strangers = Array.from({ length: ADDED_MEMBERS_BUDGET.burst }, () => randomUUID());
  const group = await client.send('conversation:create', { kind: 'group', participantIds: [] });
  expect(group.success).toBe(true);
  const add = async () =>
    (await client.send('conversation:add', { conversationId: group['id'], userIds: strangers.slice(0, FEW) })).error
      ?.code;
  // The ids are unknown, which the server finds out after it has charged their cost.
  expect(await add()).toBe('NOT_FOUND');
  let refused = false;
  // Fewer calls than the policy of either operation allows by itself.
  for (let tries = 0; tries < 3 && !refused; tries++) {
    const body = { kind: 'group', participantIds: strangers.slice(tries === 0 ? FEW : 0) };
    await callApi(west.url, 'POST', '/api/conversations', { token: guest.accessToken, body });
    refused = (await add()) === 'RATE_LIMITED';
  }
  expect(refused).toBe(true);
});
