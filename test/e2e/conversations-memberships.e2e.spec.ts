/** Bounds of a user's memberships: how many at a time, and for how long quitting a group lasts. */
import { Client } from 'pg';
import { MAX_REQUESTS } from '../../apps/server/src/conversations/conversation-places';
import type { RunningServer } from '../../apps/server/src/server';
import { closeClients, connect, playAsGuest, type Guest } from '../support/client';
import { call } from '../support/http';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

const MOST = 3;
const block = (by: Guest, { id }: Guest) =>
  call(server.url, 'POST', '/api/blocks', { token: by.accessToken, body: { userId: id } });
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
  const own = String((await create(ben, 'group', cleo)).body['id']);
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(409);
  // One that ends makes room.
  await members(anna, ids[0] ?? '', 'DELETE', `/members/${anna.id}`);
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(200);
  // Whoever is in it already is no more than before.
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(200);
});

const listed = async (of: Guest): Promise<string[]> => {
  const ids: string[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const query = next === '' ? '' : `&cursor=${next}`;
    const { body }: Awaited<ReturnType<typeof call>> = await call(
      server.url,
      'GET',
      `/api/conversations?limit=100${query}`,
      { token: of.accessToken },
    );
    ids.push(...(body['conversations'] as { id: string }[]).map(({ id }) => id));
    next = body['next'] as string | undefined;
  }
  return ids;
};
const idOf = async (created: ReturnType<typeof create>): Promise<string> => String((await created).body['id']);
const say = (by: Guest, conversationId: string) =>
  call(server.url, 'POST', '/api/messages', { token: by.accessToken, body: { conversationId, content: 'hello' } });
const statusOf = async (created: ReturnType<typeof create>): Promise<number> => (await created).status;

it('direct conversations that strangers begin take no place of the one they begin them with', async () => {
  const [anna, ...strangers] = (await guests(MOST + 3)) as [Guest, ...Guest[]];
  for (const stranger of strangers) expect(await statusOf(create(stranger, 'direct', anna))).toBe(201);
  expect(await listed(anna)).toHaveLength(MOST + 2);
  const [first, second] = strangers as [Guest, Guest];
  expect(await statusOf(create(anna, 'group'))).toBe(201);
  expect(await statusOf(create(first, 'group', anna))).toBe(201);
  const [another] = (await guests(1)) as [Guest];
  expect(await statusOf(create(anna, 'direct', another))).toBe(201);
  expect(await statusOf(create(anna, 'group'))).toBe(409);
  // Beginning what there is already takes no place either.
  expect(await statusOf(create(anna, 'direct', second))).toBe(201);
});

it('past a hundred of them the oldest that is not answered is hidden, and found again by the one who begins it', async () => {
  const [anna, ...strangers] = (await guests(MAX_REQUESTS + 3)) as [Guest, ...Guest[]];
  const ids: string[] = [];
  for (const stranger of strangers.slice(0, MAX_REQUESTS)) ids.push(await idOf(create(stranger, 'direct', anna)));
  const [answered = '', oldest = ''] = ids;
  await say(anna, answered);
  // The place of the answered one is with those that count; the second further one takes that of the oldest.
  const last = strangers.slice(MAX_REQUESTS);
  const further = [
    await idOf(create(last[0] as Guest, 'direct', anna)),
    await idOf(create(last[1] as Guest, 'direct', anna)),
  ];
  expect((await listed(anna)).toSorted()).toEqual([...ids.filter((id) => id !== oldest), ...further].toSorted());
  const stranger = strangers[1] as Guest;
  expect(await listed(stranger)).toEqual([oldest]);
  expect((await say(stranger, oldest)).status).toBe(201);
  expect(await idOf(create(anna, 'direct', stranger))).toBe(oldest);
  expect(await listed(anna)).toContain(oldest);
}, 60_000);

it.each([
  ['the one who began it blocks the other', (by: Guest, other: Guest) => block(by, other)],
  [
    'the account of the other is deleted',
    (_: Guest, other: Guest) => call(server.url, 'DELETE', '/api/me', { token: other.accessToken, body: {} }),
  ],
  [
    'the one who began it quits it',
    async (by: Guest, other: Guest) =>
      members(by, await idOf(create(by, 'direct', other)), 'DELETE', `/members/${by.id}`),
  ],
])('a direct conversation leaves its place where %s', async (_, end) => {
  const [anna, ben, cleo] = (await guests(3)) as [Guest, Guest, Guest];
  for (let n = 1; n < MOST; n++) await create(anna, 'group');
  await create(anna, 'direct', ben);
  expect(await statusOf(create(anna, 'direct', cleo))).toBe(409);
  expect((await end(anna, ben)).status).toBeLessThan(300);
  expect(await statusOf(create(anna, 'direct', cleo))).toBe(201);
  expect(await statusOf(create(anna, 'group'))).toBe(409);
});

it('quitting a direct conversation hides it from the one who quits, until that one begins it', async () => {
  const [anna, ben] = (await guests(2)) as [Guest, Guest];
  const id = await idOf(create(anna, 'direct', ben));
  const client = await connect(server.url, ben.accessToken);
  await client.send('conversation:join', { conversationId: id });
  expect(await client.send('conversation:quit', { conversationId: id })).toEqual({ success: true, conversationId: id });
  expect(await listed(ben)).toEqual([]);
  expect((await members(ben, id, 'GET')).status).toBe(404);
  expect((await say(anna, id)).status).toBe(201);
  expect((await members(anna, id, 'GET')).body['members']).toHaveLength(2);
  await client.settled();
  expect(client.all('message:new')).toEqual([]);
  expect(await idOf(create(ben, 'direct', anna))).toBe(id);
  await say(anna, id);
  await client.event('message:new', ({ conversationId }) => conversationId === id);
});

it.each(['the one who began it', 'the other one'])(
  'quitting a direct conversation: where %s quits, the other member sees the same members and read positions as before',
  async (who) => {
    const pair = (await guests(2)) as [Guest, Guest];
    const id = await idOf(create(pair[0], 'direct', pair[1]));
    const [quitter, other] = who === 'the other one' ? [pair[1], pair[0]] : pair;
    const client = await connect(server.url, quitter.accessToken);
    const seen = async () => (await members(other, id, 'GET')).body['members'] as { id: string; readSeq: number }[];
    const said: string[] = [];
    for (let n = 0; n < 3; n++) said.push(String((await say(other, id)).body['messageId']));
    await client.send('message:delivered', { conversationId: id, messageIds: said });
    await client.send('message:read', { conversationId: id, messageIds: said.slice(0, 2) });
    const before = await seen();
    expect(before.find((member) => member.id === quitter.id)).toMatchObject({ readSeq: 3, deliveredSeq: 4 });
    await client.send('conversation:quit', { conversationId: id });
    expect(await seen()).toEqual(before);
    await say(other, id);
    expect(await seen()).toEqual(before);
    await create(quitter, 'direct', other);
    expect((await seen()).map((member) => member.id)).toEqual(before.map((member) => member.id));
  },
);

it('requests at the same time take no more places than there are', async () => {
  const [anna, ben, cleo] = (await guests(3)) as [Guest, Guest, Guest];
  const groups = await Promise.all(Array.from({ length: MOST }, () => idOf(create(ben, 'group'))));
  const others = await guests(MOST);
  const statuses = await Promise.all([
    ...groups.map(async (id) => (await members(ben, id, 'POST', '/members', { userIds: [anna.id] })).status),
    ...groups.map(() => statusOf(create(anna, 'group'))),
    ...groups.map(() => statusOf(create(cleo, 'group', anna))),
    ...others.map((other) => statusOf(create(anna, 'direct', other))),
  ]);
  expect(statuses.filter((status) => status === 409).length).toBe(3 * MOST);
  expect(await listed(anna)).toHaveLength(MOST);
});

it('reactions go with the account', async () => {
  const [anna, ben] = (await guests(2)) as [Guest, Guest];
  const conversationId = await idOf(create(anna, 'group', ben));
  const messageId = String((await say(anna, conversationId)).body['messageId']);
  const client = await connect(server.url, ben.accessToken);
  expect((await client.send('reaction:add', { conversationId, messageId, emoji: '👍' })).success).toBe(true);
  const reactions = async () => {
    const page = await call(server.url, 'GET', `/api/messages?conversationId=${conversationId}`, {
      token: anna.accessToken,
    });
    return (page.body['messages'] as { reactions?: object[] }[])[0]?.reactions ?? [];
  };
  expect(await reactions()).toHaveLength(1);
  expect((await call(server.url, 'DELETE', '/api/me', { token: ben.accessToken, body: {} })).status).toBe(204);
  expect(await reactions()).toEqual([]);
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

it('a user whose account is deleted meanwhile is brought in no more', async () => {
  const [anna, ben] = (await guests(2)) as [Guest, Guest];
  const id = await idOf(create(anna, 'group'));
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query('begin');
  await admin.query('select from conversation_heads where conversation_id = $1 for update', [id]);
  const adding = members(anna, id, 'POST', '/members', { userIds: [ben.id] });
  const waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  while ((await admin.query(waiting)).rowCount === 0);
  expect((await call(server.url, 'DELETE', '/api/me', { token: ben.accessToken, body: {} })).status).toBe(204);
  await admin.query('rollback');
  expect((await adding).status).toBe(404);
  const { rows } = await admin.query('select from conversation_members where user_id = $1', [ben.id]);
  await admin.end();
  expect(rows).toHaveLength(0);
});
