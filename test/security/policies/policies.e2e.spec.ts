/** Every writing operation has a rate policy, whose bucket its command and its routes share. Derived from routes and contracts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ADDED_MEMBERS_BUDGET,
  budgetForGuests,
  COMMANDS,
  FAN_OUT_BUDGET,
  HTTP_RESPONSE_BUDGET,
  NEW_DIRECT_CONVERSATIONS_BUDGET,
} from '@aeturnis/contracts';
import { type Operation, Operations, QUOTA_STORE, type QuotaStore } from '@aeturnis/realtime';
import { AccountsService } from '../../../apps/server/src/accounts';
import { RouteOperations } from '../../../apps/server/src/http/limits/route-operations';
import { closeClients, connect, type TestClient } from '../../support/clients/client';
import { documentedRoutes, routesOf } from '../../support/servers/routes';
import { Api, type ApiMethod, type ApiSession } from '../../support/clients/api';
import { limitsPage } from './operations-page';
import { usePrivateServer } from '../../support/servers/private-server';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'limits.md');
const WRITES = /^(POST|PUT|PATCH|DELETE) /;
const ANY_ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';
/** An invalid payload, so that a call has no effect: no account is deleted, and no user is banned. */
const NOT_VALID = { unknown: true };
/** More than any bucket holds, and less than closes a connection. */
const MANY = 80;
/** Attempts, because a bucket may refill between two calls. */
const TRIES = 4;

const server = usePrivateServer({ LIMITS: 'on' });
const api = new Api(server);
let operations: readonly Operation[];
let publicRoutes: readonly string[];

beforeAll(async () => {
  operations = server.app.get(Operations, { strict: false }).all();
  ({ publicRoutes } = server.app.get(RouteOperations, { strict: false }));
}, 60_000);
afterEach(closeClients);

const twins = (): Operation[] => operations.filter(({ isCommand, routes }) => isCommand && routes.length > 0);

/** The answer itself does not matter: limits apply before the payload is validated. */
async function overHttp(route: string, { accessToken }: ApiSession) {
  const [method = '', path = ''] = route.split(' ');
  const call = api.call(method.toLowerCase() as ApiMethod, path.replace(/\{\w+\}/g, ANY_ID), accessToken);
  const { status, body, headers } = await (method === 'GET' ? call : call.send(NOT_VALID));
  return { refused: status === 429 && body.error.code === 'RATE_LIMITED', retryAfter: Number(headers['retry-after']) };
}

async function overSocket(name: string, client: TestClient): Promise<{ refused: boolean; message?: string }> {
  const { error } = await client.send(name, {});
  return error?.code === 'RATE_LIMITED' ? { refused: true, message: error.message } : { refused: false };
}

/** @returns the number of admitted calls. */
async function exhaust(send: () => Promise<{ refused: boolean }>): Promise<number> {
  for (let sent = 0; sent < MANY; sent++) if ((await send()).refused) return sent;
  throw new Error(`none of ${MANY} calls was refused: MANY must exceed every burst`);
}

/** Tries both again when the bucket refills between the two calls. */
async function refusedAfter(first: () => Promise<{ refused: boolean }>, second: () => Promise<{ refused: boolean }>) {
  for (let tries = 0; tries < TRIES; tries++) {
    await exhaust(first);
    if ((await second()).refused) return true;
  }
  return false;
}

it('every writing route has a policy of its own or that of a command', async () => {
  const routes = new Set([
    ...routesOf(server).map((route) => route.replace(/:(\w+)/g, '{$1}')),
    ...(await documentedRoutes(server)),
  ]);
  const limited = new Set(operations.filter(({ name }) => name !== 'http:write').flatMap(({ routes: paths }) => paths));
  const open = new Set(publicRoutes);
  const without = [...routes].filter((route) => WRITES.test(route) && !limited.has(route) && !open.has(route));
  expect(without).toEqual([]);
  expect(operations.filter(({ policy }) => policy === null)).toEqual([]);
});

it('every command has a policy, and the running server lists all of them', async () => {
  const { body } = await api.get('/api/realtime/policies');
  expect(Object.keys(body.commands).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  const own = operations.filter(({ isCommand }) => !isCommand).map(({ name }) => name);
  expect(Object.keys(body.operations).sort()).toEqual(own.sort());
  expect(own).toEqual(expect.arrayContaining(['account:update', 'character:create', 'http:read']));
  expect(body.guests['message:update'].limit).toBeLessThan(body.commands['message:update'].limit);
  expect(body.budgets).toEqual([
    ADDED_MEMBERS_BUDGET,
    NEW_DIRECT_CONVERSATIONS_BUDGET,
    FAN_OUT_BUDGET,
    HTTP_RESPONSE_BUDGET,
  ]);
});

it('the server knows the HTTP twins of commands', () => {
  expect(twins().map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      ...['message:send', 'message:update', 'conversation:create', 'conversation:add', 'block:add', 'combat:action'],
    ]),
  );
});

it('a route and its command share one bucket per user, whichever of them empties it', async () => {
  const wrong: string[] = [];
  for (const { name, routes } of twins()) {
    for (const route of routes) {
      const [first, second] = [await api.guest(), await api.guest()];
      const byHttp = await connect(server.url, first.accessToken);
      if (
        !(await refusedAfter(
          () => overHttp(route, first),
          () => overSocket(name, byHttp),
        ))
      )
        wrong.push(`${name} passes over the socket after ${route} has emptied its bucket`);
      const bySocket = await connect(server.url, second.accessToken);
      if (
        !(await refusedAfter(
          () => overSocket(name, bySocket),
          () => overHttp(route, second),
        ))
      )
        wrong.push(`${route} passes after ${name} has emptied its bucket over the socket`);
      closeClients();
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

it('operations without a command are limited by user, and answer Retry-After', async () => {
  const accounts = server.app.get(AccountsService, { strict: false });
  const wrong: string[] = [];
  for (const { name, routes } of operations.filter(({ isCommand }) => !isCommand)) {
    const guest = await api.guest();
    await accounts.setRoles(guest.user.id, ['guest', 'admin']);
    for (const route of routes.slice(0, 1)) {
      let admitted = 0;
      let last = await overHttp(route, guest);
      while (!last.refused && ++admitted < MANY + MANY) last = await overHttp(route, guest);
      if (!last.refused || !(last.retryAfter >= 1)) wrong.push(`${name}: ${admitted} calls of ${route} passed`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

it('new direct conversations have a budget of their own, and an existing one costs nothing of it', async () => {
  const begin = async (by: ApiSession, other: ApiSession) => {
    const body = { kind: 'direct', participantIds: [other.user.id] };
    const { status, headers } = await api.call('post', '/api/conversations', by.accessToken).send(body);
    return { status, retryAfter: Number(headers['retry-after']) };
  };
  const [by, partner, other] = [await api.guest(), await api.guest(), await api.guest()];
  expect((await begin(by, partner)).status).toBe(201);
  const quota = server.app.get<QuotaStore>(QUOTA_STORE, { strict: false });
  const budget = budgetForGuests(NEW_DIRECT_CONVERSATIONS_BUDGET);
  const taken = await quota.take(`work:${by.user.id}:${budget.name}`, budget, budget.burst - 1);
  expect(taken.allowed).toBe(true);
  expect((await begin(by, partner)).status).toBe(201);
  const refused = await begin(by, other);
  expect(refused.status).toBe(429);
  expect(refused.retryAfter).toBeGreaterThan(60);
});

it('the event document names the route that shares the bucket of a command as its HTTP twin', async () => {
  const { body } = await api.get('/docs/events.json');
  const shared = operations.filter(({ isCommand, routes }) => isCommand && routes.length > 0);
  expect(shared.length).toBeGreaterThan(15);
  const documented = shared.map(({ name }) => [
    name,
    body.operations[`${name.replaceAll(':', '.')}.command`]['x-twin'],
  ]);
  expect(documented).toEqual(shared.map(({ name, routes }) => [name, [...routes].join(', ')]));
});

it('docs/limits.md is as generated: npm run docs:limits', () => {
  const generated = limitsPage(operations, publicRoutes);
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, generated);
  expect(readFileSync(PAGE, 'utf8')).toBe(generated);
});
