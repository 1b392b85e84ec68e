/** Bounds on a user's memberships: how many at once, and how long quitting a group keeps the user from being added. */
import { Client } from 'pg';
import {
  MAX_GROUPS_BY_STRANGERS,
  MAX_MESSAGE_REQUESTS,
} from '../../apps/server/src/conversations/quota/conversation-quota';
import { connect, playAsGuest, type Guest } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { usePrivateServer } from '../support/servers/private-server';

const MAX_MEMBERSHIPS = 3;
const block = (by: Guest, { id }: Guest) =>
  callApi(server.url, 'POST', '/api/blocks', { token: by.accessToken, body: { userId: id } });
const PAST_QUIT_RETENTION_MS = '31 days';

const server = usePrivateServer({ LIMITS: 'off', CONVERSATIONS_PER_USER: String(MAX_MEMBERSHIPS) });

const create = (by: Guest, kind: string, ...others: Guest[]) =>
  callApi(server.url, 'POST', '/api/conversations', {
    token: by.accessToken,
    body: { kind, participantIds: others.map(({ id }) => id) },
  });
const members = (by: Guest, id: string, method: string, path = '', body?: object) =>
  callApi(server.url, method, `/api/conversations/${id}${path}`, { token: by.accessToken, ...(body && { body }) });
const guests = async (count: number) => Promise.all(Array.from({ length: count }, () => playAsGuest(server.url)));

it('a user cannot exceed the bound by creating conversations or by being added to them', async () => {
  const [anna, ben, cleo] = (await guests(3)) as [Guest, Guest, Guest];
  const ids: string[] = [];
  for (let n = 0; n < MAX_MEMBERSHIPS; n++) ids.push(String((await create(anna, 'group')).body['id']));
  const further = await create(anna, 'group');
  expect([further.status, further.body.error?.code]).toEqual([409, 'CONFLICT']);
  expect((await create(anna, 'direct', ben)).status).toBe(409);
  // To another user, the refusal does not reveal which member is at the bound.
  const others = await create(ben, 'group', anna, cleo);
  expect([others.status, others.body.error?.code]).toEqual([409, 'CONFLICT']);
  expect(JSON.stringify(others.body)).not.toContain(anna.id);
  const own = String((await create(ben, 'group', cleo)).body['id']);
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(409);
  // Leaving a conversation frees its place.
  await members(anna, ids[0] ?? '', 'DELETE', `/members/${anna.id}`);
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(200);
  // A user that is a member already takes no further place.
  expect((await members(ben, own, 'POST', '/members', { userIds: [anna.id] })).status).toBe(200);
});

const conversationIdsOf = async (of: Guest): Promise<string[]> => {
  const ids: string[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const query = next === '' ? '' : `&cursor=${next}`;
    const { body }: Awaited<ReturnType<typeof callApi>> = await callApi(
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
  callApi(server.url, 'POST', '/api/messages', { token: by.accessToken, body: { conversationId, content: 'hello' } });
/** Makes the first user a contact of the second, by a conversation that counts for neither. */
async function befriend(contact: Guest, by: Guest): Promise<void> {
  const id = await idOf(create(contact, 'direct', by));
  expect((await say(by, id)).status).toBe(201);
  await members(contact, id, 'DELETE', `/members/${contact.id}`);
}
const statusOf = async (created: ReturnType<typeof create>): Promise<number> => (await created).status;

it('direct conversations started by other users do not count for the recipient', async () => {
  const [anna, ...strangers] = (await guests(MAX_MEMBERSHIPS + 3)) as [Guest, ...Guest[]];
  for (const stranger of strangers) expect(await statusOf(create(stranger, 'direct', anna))).toBe(201);
  expect(await conversationIdsOf(anna)).toHaveLength(MAX_MEMBERSHIPS + 2);
  const [first, second] = strangers as [Guest, Guest];
  expect(await statusOf(create(anna, 'group'))).toBe(201);
  await befriend(first, anna);
  expect(await statusOf(create(first, 'group', anna))).toBe(201);
  const [another] = (await guests(1)) as [Guest];
  expect(await statusOf(create(anna, 'direct', another))).toBe(201);
  expect(await statusOf(create(anna, 'group'))).toBe(409);
  // Starting a conversation that exists takes no place either.
  expect(await statusOf(create(anna, 'direct', second))).toBe(201);
});

it('beyond a hundred of them the oldest unanswered one is hidden, and found again when the recipient starts it', async () => {
  const [anna, ...strangers] = (await guests(MAX_MESSAGE_REQUESTS + 3)) as [Guest, ...Guest[]];
  const ids: string[] = [];
  for (const stranger of strangers.slice(0, MAX_MESSAGE_REQUESTS))
    ids.push(await idOf(create(stranger, 'direct', anna)));
  const [answered = '', oldest = ''] = ids;
  await say(anna, answered);
  // The answered conversation counts as the user's own from now on; the second further one displaces the oldest.
  const last = strangers.slice(MAX_MESSAGE_REQUESTS);
  const further = [
    await idOf(create(last[0] as Guest, 'direct', anna)),
    await idOf(create(last[1] as Guest, 'direct', anna)),
  ];
  expect((await conversationIdsOf(anna)).toSorted()).toEqual(
    [...ids.filter((id) => id !== oldest), ...further].toSorted(),
  );
  const stranger = strangers[1] as Guest;
  expect(await conversationIdsOf(stranger)).toEqual([oldest]);
  expect((await say(stranger, oldest)).status).toBe(201);
  expect(await idOf(create(anna, 'direct', stranger))).toBe(oldest);
  expect(await conversationIdsOf(anna)).toContain(oldest);
}, 60_000);

it.each([
  ['its creator blocks the other user', (by: Guest, other: Guest) => block(by, other)],
  [
    'the account of the other user is deleted',
    (_: Guest, other: Guest) => callApi(server.url, 'DELETE', '/api/me', { token: other.accessToken, body: {} }),
  ],
  [
    'its creator quits it',
    async (by: Guest, other: Guest) =>
      members(by, await idOf(create(by, 'direct', other)), 'DELETE', `/members/${by.id}`),
  ],
])('a direct conversation no longer counts after %s', async (_, end) => {
  const [anna, ben, cleo] = (await guests(3)) as [Guest, Guest, Guest];
  for (let n = 1; n < MAX_MEMBERSHIPS; n++) await create(anna, 'group');
  await create(anna, 'direct', ben);
  expect(await statusOf(create(anna, 'direct', cleo))).toBe(409);
  expect((await end(anna, ben)).status).toBeLessThan(300);
  expect(await statusOf(create(anna, 'direct', cleo))).toBe(201);
  expect(await statusOf(create(anna, 'group'))).toBe(409);
});

it('quitting a direct conversation hides it from the quitting user until that user starts it', async () => {
  const [anna, ben] = (await guests(2)) as [Guest, Guest];
  const id = await idOf(create(anna, 'direct', ben));
  const client = await connect(server.url, ben.accessToken);
  await client.send('conversation:join', { conversationId: id });
  expect(await client.send('conversation:quit', { conversationId: id })).toEqual({ success: true, conversationId: id });
  expect(await conversationIdsOf(ben)).toEqual([]);
  expect((await members(ben, id, 'GET')).status).toBe(404);
  expect((await say(anna, id)).status).toBe(201);
  expect((await members(anna, id, 'GET')).body['members']).toHaveLength(2);
  await client.roundTrip();
  expect(client.eventsNamed('message:new')).toEqual([]);
  expect(await idOf(create(ben, 'direct', anna))).toBe(id);
  await say(anna, id);
  await client.waitForEvent('message:new', ({ conversationId }) => conversationId === id);
});

it.each(['its creator', 'the recipient'])(
  'when %s quits a direct conversation, the other member sees the same members and read positions as before',
  async (quitting) => {
    const pair = (await guests(2)) as [Guest, Guest];
    const id = await idOf(create(pair[0], 'direct', pair[1]));
    const [quitter, other] = quitting === 'the recipient' ? [pair[1], pair[0]] : pair;
    const client = await connect(server.url, quitter.accessToken);
    const readStates = async () =>
      (await members(other, id, 'GET')).body['members'] as { id: string; readSeq: number }[];
    const messageIds: string[] = [];
    for (let n = 0; n < 3; n++) messageIds.push(String((await say(other, id)).body['messageId']));
    await client.send('message:delivered', { conversationId: id, messageIds });
    await client.send('message:read', { conversationId: id, messageIds: messageIds.slice(0, 2) });
    const before = await readStates();
    expect(before.find((member) => member.id === quitter.id)).toMatchObject({ readSeq: 3, deliveredSeq: 4 });
    await client.send('conversation:quit', { conversationId: id });
    expect(await readStates()).toEqual(before);
    await say(other, id);
    expect(await readStates()).toEqual(before);
    await create(quitter, 'direct', other);
    expect((await readStates()).map((member) => member.id)).toEqual(before.map((member) => member.id));
  },
);

it('concurrent requests do not exceed the bound', async () => {
  const [anna, ben, cleo] = (await guests(3)) as [Guest, Guest, Guest];
  for (const contact of [ben, cleo]) await befriend(contact, anna);
  const groups = await Promise.all(Array.from({ length: MAX_MEMBERSHIPS }, () => idOf(create(ben, 'group'))));
  const others = await guests(MAX_MEMBERSHIPS);
  const statuses = await Promise.all([
    ...groups.map(async (id) => (await members(ben, id, 'POST', '/members', { userIds: [anna.id] })).status),
    ...groups.map(() => statusOf(create(anna, 'group'))),
    ...groups.map(() => statusOf(create(cleo, 'group', anna))),
    ...others.map((other) => statusOf(create(anna, 'direct', other))),
  ]);
  expect(statuses.filter((status) => status === 409).length).toBe(3 * MAX_MEMBERSHIPS);
  // The direct conversations that the contacts have started do not count.
  expect(await conversationIdsOf(anna)).toHaveLength(MAX_MEMBERSHIPS + 2);
});

describe('groups to which strangers have added a user', () => {
  /** The creator quits each of them, so that its own limit is not reached. */
  const createGroups = async (by: Guest, count: number, ...others: Guest[]): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const { status, body } = await create(by, 'group', ...others);
      expect(status).toBe(201);
      ids.push(String(body['id']));
      await members(by, String(body['id']), 'DELETE', `/members/${by.id}`);
    }
    return ids;
  };

  it('leave room for the conversations of the user and of contacts', async () => {
    const [anna, friend, stranger, another] = (await guests(4)) as [Guest, Guest, Guest, Guest];
    const added = await createGroups(stranger, MAX_GROUPS_BY_STRANGERS + 2, anna);
    expect(await statusOf(create(anna, 'direct', friend))).toBe(201);
    await befriend(friend, anna);
    expect(await statusOf(create(anna, 'group'))).toBe(201);
    const byFriend = await idOf(create(friend, 'group', anna));
    const listed = await conversationIdsOf(anna);
    expect(listed).toContain(byFriend);
    expect(listed.filter((id) => added.includes(id)).toSorted()).toEqual(
      added.slice(0, MAX_GROUPS_BY_STRANGERS).toSorted(),
    );
    // The user's own conversations and that of the contact have reached the limit.
    expect(await statusOf(create(another, 'group', anna))).toBe(409);
  });

  it('are skipped past the limit with the ordinary answer, until the user quits one', async () => {
    const [anna, stranger, cleo] = (await guests(3)) as [Guest, Guest, Guest];
    const [first = ''] = await createGroups(stranger, MAX_GROUPS_BY_STRANGERS, anna);
    const created = await create(stranger, 'group', anna, cleo);
    const id = String(created.body['id']);
    const memberIds = (body: object) => (body as { members: { id: string }[] }).members.map((member) => member.id);
    expect([created.status, memberIds(created.body).toSorted()]).toEqual([201, [stranger.id, cleo.id].toSorted()]);
    const add = () => members(stranger, id, 'POST', '/members', { userIds: [anna.id] });
    const skipped = await add();
    expect([skipped.status, skipped.body]).toEqual([200, { conversationId: id, seq: expect.any(Number) }]);
    expect(await conversationIdsOf(anna)).not.toContain(id);
    await members(anna, first, 'DELETE', `/members/${anna.id}`);
    const joined = await add();
    expect([joined.status, joined.body]).toEqual([200, { conversationId: id, seq: expect.any(Number) }]);
    expect(await conversationIdsOf(anna)).toContain(id);
  });

  it('begin to count past the limit where the user has written, as far as there are places', async () => {
    const [anna, stranger] = (await guests(2)) as [Guest, Guest];
    const ids = await createGroups(stranger, MAX_GROUPS_BY_STRANGERS, anna);
    for (const id of ids.slice(0, MAX_MEMBERSHIPS)) expect((await say(anna, id)).status).toBe(201);
    expect(await statusOf(create(anna, 'group'))).toBe(201);
    const further = await createGroups(stranger, 1, anna);
    expect(await conversationIdsOf(anna)).toContain(further[0]);
    expect(await statusOf(create(anna, 'group'))).toBe(409);
  });
});

it('reactions are deleted with the account', async () => {
  const [anna, ben] = (await guests(2)) as [Guest, Guest];
  const conversationId = await idOf(create(anna, 'group', ben));
  const messageId = String((await say(anna, conversationId)).body['messageId']);
  const client = await connect(server.url, ben.accessToken);
  expect((await client.send('reaction:add', { conversationId, messageId, emoji: '👍' })).success).toBe(true);
  const reactions = async () => {
    const page = await callApi(server.url, 'GET', `/api/messages?conversationId=${conversationId}`, {
      token: anna.accessToken,
    });
    return (page.body['messages'] as { reactions?: object[] }[])[0]?.reactions ?? [];
  };
  expect(await reactions()).toHaveLength(1);
  expect((await callApi(server.url, 'DELETE', '/api/me', { token: ben.accessToken, body: {} })).status).toBe(204);
  expect(await reactions()).toEqual([]);
});

it('a user that has quit cannot be added for thirty days', async () => {
  const [ben, anna] = (await guests(2)) as [Guest, Guest];
  const id = String((await create(ben, 'group', anna)).body['id']);
  const isMember = async () => JSON.stringify((await members(ben, id, 'GET')).body['members']).includes(anna.id);
  await members(anna, id, 'DELETE', `/members/${anna.id}`);
  await members(ben, id, 'POST', '/members', { userIds: [anna.id] });
  expect(await isMember()).toBe(false);
  const client = new Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(
    `update conversation_log set at = at - interval '${PAST_QUIT_RETENTION_MS}' where conversation_id = $1`,
    [id],
  );
  await client.end();
  await members(ben, id, 'POST', '/members', { userIds: [anna.id] });
  expect(await isMember()).toBe(true);
});

it('a user whose account is deleted while being added does not become a member', async () => {
  const [anna, ben] = (await guests(2)) as [Guest, Guest];
  const id = await idOf(create(anna, 'group'));
  const admin = new Client({ connectionString: server.databaseUrl });
  await admin.connect();
  await admin.query('begin');
  await admin.query('select from conversation_heads where conversation_id = $1 for update', [id]);
  const adding = members(anna, id, 'POST', '/members', { userIds: [ben.id] });
  const waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  while ((await admin.query(waiting)).rowCount === 0);
  expect((await callApi(server.url, 'DELETE', '/api/me', { token: ben.accessToken, body: {} })).status).toBe(204);
  await admin.query('rollback');
  expect((await adding).status).toBe(404);
  const { rows } = await admin.query('select from conversation_members where user_id = $1', [ben.id]);
  await admin.end();
  expect(rows).toHaveLength(0);
});
