/** Every writing operation has a rate policy, and both ways in share its bucket: derived from the routes and the contracts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { budgetForGuests, COMMANDS, NEW_DIRECT_BUDGET } from '@aeturnis/contracts';
import { type Operation, Operations, QUOTA_STORE, type QuotaStore } from '@aeturnis/realtime';
import { AccountsService } from '../../../apps/server/src/accounts';
import { RouteOperations } from '../../../apps/server/src/http/route-operations';
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients, connect, type TestClient } from '../../support/client';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { documentedRoutes, routesOf } from '../../support/routes';
import { startTestServer } from '../../support/server';
import { Api, type Method, type Session } from '../../support/session';
import { page } from './operations-page';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'limits.md');
const WRITES = /^(POST|PUT|PATCH|DELETE) /;
const ANY_ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';
/** So that nothing comes of a call: no account is deleted, nobody is banned. */
const NOT_VALID = { unknown: true };
/** More than any bucket holds, and less than closes a connection. */
const MANY = 80;
/** The answer to a first call in the same moment a token comes back: tried so often. */
const TRIES = 4;

let database: TestDatabase;
let server: RunningServer;
let api: Api;
let operations: readonly Operation[];
let publicRoutes: readonly string[];

beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url, LIMITS: 'on' });
  api = new Api(server.url);
  operations = server.app.get(Operations, { strict: false }).all();
  ({ publicRoutes } = server.app.get(RouteOperations, { strict: false }));
}, 60_000);
afterEach(closeClients);
afterAll(async () => {
  await server.close();
  await database.drop();
});

const twins = (): Operation[] => operations.filter(({ isCommand, routes }) => isCommand && routes.length > 0);

/** What it answers does not matter: limits come before the payload is looked at. */
async function overHttp(route: string, { accessToken }: Session) {
  const [method = '', path = ''] = route.split(' ');
  const call = api.call(method.toLowerCase() as Method, path.replace(/\{\w+\}/g, ANY_ID), accessToken);
  const { status, body, headers } = await (method === 'GET' ? call : call.send(NOT_VALID));
  return { refused: status === 429 && body.error.code === 'RATE_LIMITED', retryAfter: Number(headers['retry-after']) };
}

async function overSocket(name: string, client: TestClient): Promise<{ refused: boolean; message?: string }> {
  const { error } = await client.send(name, {});
  return error?.code === 'RATE_LIMITED' ? { refused: true, message: error.message } : { refused: false };
}

/** @returns how many were admitted. */
async function exhaust(send: () => Promise<{ refused: boolean }>): Promise<number> {
  for (let sent = 0; sent < MANY; sent++) if ((await send()).refused) return sent;
  throw new Error(`none of ${MANY} was refused`);
}

/** A token may come back between the two: then both are tried again. */
async function refusedAfter(one: () => Promise<{ refused: boolean }>, other: () => Promise<{ refused: boolean }>) {
  for (let tries = 0; tries < TRIES; tries++) {
    await exhaust(one);
    if ((await other()).refused) return true;
  }
  return false;
}

it('every writing route has a policy of its own or that of a command', async () => {
  const routes = new Set([
    ...routesOf(server).map((route) => route.replace(/:(\w+)/g, '{$1}')),
    ...(await documentedRoutes(server)),
  ]);
  const limited = new Set(operations.filter(({ name }) => name !== 'http:write').flatMap((each) => each.routes));
  const open = new Set(publicRoutes);
  const without = [...routes].filter((route) => WRITES.test(route) && !limited.has(route) && !open.has(route));
  expect(without).toEqual([]);
  expect(operations.filter(({ policy }) => policy === null)).toEqual([]);
});

it('every command has a policy, and the running server tells all of them', async () => {
  const { body } = await api.get('/api/realtime/policies');
  expect(Object.keys(body.commands).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  const own = operations.filter(({ isCommand }) => !isCommand).map(({ name }) => name);
  expect(Object.keys(body.operations).sort()).toEqual(own.sort());
  expect(own).toEqual(expect.arrayContaining(['account:update', 'character:create', 'http:read']));
  expect(body.guests['message:update'].limit).toBeLessThan(body.commands['message:update'].limit);
});

it('knows the twins of commands', () => {
  expect(twins().map(({ name }) => name)).toEqual(
    expect.arrayContaining(['message:send', 'message:update', 'conversation:create', 'conversation:add', 'block:add']),
  );
});

it('a route and its command share one bucket per user, whichever way it was emptied', async () => {
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

it('operations of HTTP alone are limited by user, and tell when to come back', async () => {
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

it('direct conversations that did not exist have a budget of their own, and one that exists costs nothing of it', async () => {
  const begin = async (by: Session, other: Session) => {
    const body = { kind: 'direct', participantIds: [other.user.id] };
    const { status, headers } = await api.call('post', '/api/conversations', by.accessToken).send(body);
    return { status, retryAfter: Number(headers['retry-after']) };
  };
  const [by, partner, other] = [await api.guest(), await api.guest(), await api.guest()];
  expect((await begin(by, partner)).status).toBe(201);
  const quota = server.app.get<QuotaStore>(QUOTA_STORE, { strict: false });
  const budget = budgetForGuests(NEW_DIRECT_BUDGET);
  const taken = await quota.take(`work:${by.user.id}:${budget.name}`, budget, budget.burst - 1);
  expect(taken.allowed).toBe(true);
  expect((await begin(by, partner)).status).toBe(201);
  const refused = await begin(by, other);
  expect(refused.status).toBe(429);
  expect(refused.retryAfter).toBeGreaterThan(60);
});

it('docs/limits.md is as generated: npm run docs:limits', () => {
  const generated = page(operations, publicRoutes);
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, generated);
  expect(readFileSync(PAGE, 'utf8')).toBe(generated);
});
