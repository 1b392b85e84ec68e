/** Bounds of a user's memberships: how many at a time, and for how long quitting a group lasts. */
import { Client } from 'pg';
import type { RunningServer } from '../../apps/server/src/server';
import { closeClients, playAsGuest, type Guest } from '../support/client';
import { call } from '../support/http';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

const MOST = 3;
const LONGER_THAN_QUITTING_LASTS = '31 days';

let database: TestDatabase;
let server: RunningServer;
beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({
    DATABASE_URL: database.url,
    LIMITS: 'off',
    CONVERSATIONS_PER_USER: String(MOST),
  });
}, 60_000);
afterAll(async () => {
  closeClients();
  await server.close();
  await database.drop();
});

const create = (by: Guest, kind: string, ...others: Guest[]) =>
  call(server.url, 'POST', '/api/conversations', {
    token: by.accessToken,
    body: { kind, participantIds: others.map(({ id }) => id) },
  });
const members = (by: Guest, id: string, method: string, path = '', body?: object) =>
  call(server.url, method, `/api/conversations/${id}${path}`, { token: by.accessToken, ...(body && { body }) });
const guests = async (count: number) => Promise.all(Array.from({ length: count }, () => playAsGuest(server.url)));

it('nobody is in more conversations than one may be: neither by beginning them nor by being brought in', async () => {
  const [anna, ben, cleo] = (await guests(3)) as [Guest, Guest, Guest];
  const ids: string[] = [];
  for (let n = 0; n < MOST; n++) ids.push(String((await create(anna, 'group')).body['id']));
  const further = await create(anna, 'group');
  expect([further.status, further.body.error?.code]).toEqual([409, 'CONFLICT']);
  expect((await create(anna, 'direct', ben)).status).toBe(409);
  // For somebody else the refusal does not say who it is.
  const others = await create(ben, 'group', anna, cleo);
  expect([others.status, others.body.error?.code]).toEqual([409, 'CONFLICT']);
  expect(JSON.stringify(others.body)).not.toContain(anna.id);
  expect((await create(ben, 'direct', anna)).status).toBe(409);
  const own = String((await create(ben, 'group', cleo)).body['id']);
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(409);
  // One that ends makes room.
  await members(anna, ids[0] ?? '', 'DELETE', `/members/${anna.id}`);
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(200);
  // Whoever is in it already is no more than before.
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(200);
});

it('quitting lasts for thirty days', async () => {
  const [ben, anna] = (await guests(2)) as [Guest, Guest];
  const id = String((await create(ben, 'group', anna)).body['id']);
  const there = async () => JSON.stringify((await members(ben, id, 'GET')).body['members']).includes(anna.id);
  await members(anna, id, 'DELETE', `/members/${anna.id}`);
  await members(ben, id, 'POST', '/members', { userIds: [anna.id] });
  expect(await there()).toBe(false);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `update conversation_log set at = at - interval '${LONGER_THAN_QUITTING_LASTS}' where conversation_id = $1`,
    [id],
  );
  await client.end();
  await members(ben, id, 'POST', '/members', { userIds: [anna.id] });
  expect(await there()).toBe(true);
});
