/** Being brought into conversations: by whom, how often, and that nobody can tell why it did not happen. */
import type { ConversationSummary, ConversationView } from '@aeturnis/contracts';
import { BlockStage, PLACES } from '../support/block-stage';
import { closeClients, until } from '../support/client';
import { catchUp, command, groupOf, outcome, request, send, type Talker } from '../support/conversation-cluster';

type Profile = { whoMayAdd: string };

describe.each(PLACES)('on %s', (_, where) => {
  let stage: BlockStage;
  let anna: Talker;
  let ben: Talker;
  let cleo: Talker;

  beforeAll(async () => {
    stage = await BlockStage.open(where);
  }, 60_000);
  beforeEach(async () => {
    await stage.begin();
    ({ anna, ben, cleo } = stage);
  });
  afterEach(closeClients);
  afterAll(() => stage.cluster.close());

  const list = async (of: Talker) =>
    (await request(of, 'GET', '/api/conversations')).body['conversations'] as ConversationSummary[];
  const memberIds = async (of: Talker, id: string) =>
    ((await request(of, 'GET', `/api/conversations/${id}`)).body as unknown as ConversationView).members.map(
      (member) => member.id,
    );
  const add = (by: Talker, id: string, ...users: Talker[]) =>
    by.client.send('conversation:add', { conversationId: id, userIds: users.map((each) => each.id) });
  const knows = ({ client }: Talker, id: string): string[] =>
    client.received.flatMap(({ event, payload }) => (JSON.stringify(payload).includes(id) ? [event] : []));
  const create = (by: Talker, kind: string, ...others: Talker[]) =>
    request(by, 'POST', '/api/conversations', { kind, participantIds: others.map(({ id }) => id) });
  const allow = (by: Talker, whoMayAdd: string) => request(by, 'PATCH', '/api/me', { whoMayAdd });

  /** Of all that Anna could see of it. */
  async function nothingIsSeen(id: string): Promise<void> {
    await stage.allIsHeard();
    expect(knows(anna, id)).toEqual([]);
    expect((await list(anna)).map((each) => each.id)).not.toContain(id);
    expect((await request(anna, 'GET', `/api/conversations/${id}`)).status).toBe(404);
    expect((await request(anna, 'GET', `/api/messages?conversationId=${id}`)).status).toBe(404);
    expect(await outcome(anna, 'message:send', { conversationId: id, content: 'what is this?' })).toBe('NOT_FOUND');
    expect(await command(anna, 'conversation:sync', { cursors: { [id]: 0 } })).toEqual({ conversations: {} });
    const { notifications } = await command<{ notifications: object[] }>(anna, 'notification:list', {});
    expect(JSON.stringify(notifications)).not.toContain(id);
  }

  it('who has been blocked by somebody brings that one into no group, over sockets and HTTP, and cannot tell', async () => {
    const id = await groupOf(ben, cleo);
    await stage.block();
    const told = await add(ben, id, anna);
    expect(told).toEqual({ success: true, conversationId: id, seq: expect.any(Number) });
    const answer = await request(ben, 'POST', `/api/conversations/${id}/members`, { userIds: [anna.id] });
    expect([answer.status, Object.keys(answer.body).sort()]).toEqual([200, ['conversationId', 'seq']]);
    const begun = await create(ben, 'group', anna, cleo);
    expect(begun.status).toBe(201);
    await send(ben, id, 'come on');
    await send(ben, String(begun.body['id']), 'come on');
    await cleo.client.event('message:new', ({ conversationId }) => conversationId === begun.body['id']);
    for (const each of [id, String(begun.body['id'])]) {
      await nothingIsSeen(each);
      expect((await memberIds(ben, each)).toSorted()).toEqual([ben.id, cleo.id].toSorted());
      expect((await catchUp(cleo, each, 0)).events.filter((event) => JSON.stringify(event).includes(anna.id))).toEqual(
        [],
      );
    }
    // Somebody else may bring her in, as ever.
    await command(ben, 'conversation:role', { conversationId: id, userId: cleo.id, role: 'admin' });
    await add(cleo, id, anna);
    await anna.client.event('conversation:member_added', ({ conversationId }) => conversationId === id);
  });

  it('a direct conversation that the blocked one begins is there for that one alone, until the block ends', async () => {
    await stage.block();
    const { status, body } = await create(ben, 'direct', anna);
    const view = body as unknown as ConversationView;
    expect([status, view.with?.id, view.members.map((member) => member.id).toSorted()]).toEqual([
      201,
      anna.id,
      [anna.id, ben.id].toSorted(),
    ]);
    const joined = await command<{ participantCount: number }>(ben, 'conversation:join', { conversationId: view.id });
    expect(joined.participantCount).toBe(2);
    await send(ben, view.id, 'hello?');
    await ben.client.event('message:new');
    await nothingIsSeen(view.id);
    await stage.unblock();
    await until(async () => (await list(anna)).some((each) => each.id === view.id), 'it is there after the block');
    await until(async () => {
      await send(ben, view.id, 'now?');
      return anna.client.all('message:new').some(({ conversationId }) => conversationId === view.id);
    }, 'it is told live');
  });

  it('the blocker begins it without ending the block', async () => {
    await stage.block();
    const { body } = await create(ben, 'direct', anna);
    const own = await create(anna, 'direct', ben);
    expect([own.status, own.body['id']]).toEqual([201, body['id']]);
    expect(await memberIds(anna, String(body['id']))).toHaveLength(2);
    await send(anna, String(body['id']), 'leave me alone');
    await anna.client.event('message:new', ({ conversationId }) => conversationId === body['id']);
  });

  it.each(['before the block', 'during the block'])(
    'the end of a block leaves a direct conversation hidden that its member has quit %s',
    async (when) => {
      const id = String((await create(ben, 'direct', anna)).body['id']);
      await anna.client.event('conversation:created', ({ conversationId }) => conversationId === id);
      if (when === 'during the block') await stage.block();
      await command(anna, 'conversation:quit', { conversationId: id });
      if (when === 'before the block') await stage.block();
      anna.client.forget();
      await send(ben, id, 'hello?');
      await stage.unblock();
      await send(ben, id, 'still there?');
      await nothingIsSeen(id);
      expect((await create(anna, 'direct', ben)).body['id']).toBe(id);
    },
  );

  it('a conversation that the end of a block has revealed, and its member has quit, stays hidden after another block', async () => {
    await stage.block();
    const id = String((await create(ben, 'direct', anna)).body['id']);
    await stage.unblock();
    await until(async () => (await list(anna)).some((each) => each.id === id), 'it is there after the block');
    await command(anna, 'conversation:quit', { conversationId: id });
    anna.client.forget();
    await stage.block();
    await stage.unblock();
    await send(ben, id, 'still there?');
    await nothingIsSeen(id);
  });

  it('whoever wants to be added by nobody, or by contacts alone, is passed over in silence', async () => {
    const id = await groupOf(ben, cleo);
    const direct = String((await create(ben, 'direct', anna)).body['id']);
    await anna.client.event('conversation:created', ({ conversationId }) => conversationId === direct);
    expect((await allow(anna, 'nobody')).body).toMatchObject({ whoMayAdd: 'nobody' } satisfies Profile);
    expect((await request(anna, 'GET', '/api/me')).body).toMatchObject({ whoMayAdd: 'nobody' });
    const exported = (await request(anna, 'GET', '/api/me/export')).body;
    expect(exported['account']).toMatchObject({ whoMayAdd: 'nobody' });
    expect((await add(ben, id, anna)).success).toBe(true);
    expect((await allow(anna, 'contacts')).status).toBe(200);
    await send(ben, direct, 'may I?');
    expect((await add(ben, id, anna)).success).toBe(true);
    expect(await memberIds(cleo, id)).not.toContain(anna.id);
    // Who has written to somebody is a contact of that one.
    await send(anna, direct, 'you may');
    await add(ben, id, anna);
    expect(await memberIds(cleo, id)).toContain(anna.id);
    expect((await allow(anna, 'friends')).status).toBe(400);
  });

  it.each(['nobody', 'contacts'])(
    'a direct conversation with whoever wants to be added by %s is there for the one who begins it alone',
    async (setting) => {
      await allow(anna, setting);
      const begun = await create(ben, 'direct', anna);
      const view = begun.body as unknown as ConversationView;
      expect([begun.status, view.members.map(({ id }) => id).toSorted()]).toEqual([201, [anna.id, ben.id].toSorted()]);
      await send(ben, view.id, 'hello?');
      await nothingIsSeen(view.id);
      // The end of a block does not bring what is not wanted for another reason.
      await stage.block();
      await stage.unblock();
      await nothingIsSeen(view.id);
      expect((await create(anna, 'direct', ben)).body['id']).toBe(view.id);
      await send(ben, view.id, 'there you are');
      await anna.client.event('message:new', ({ conversationId }) => conversationId === view.id);
    },
  );

  it('quitting sticks, until one has written to the one who brings one back', async () => {
    const id = await groupOf(ben, cleo, anna);
    await command(anna, 'conversation:quit', { conversationId: id });
    expect((await add(ben, id, anna)).success).toBe(true);
    expect(await memberIds(cleo, id)).not.toContain(anna.id);
    const direct = String((await create(anna, 'direct', ben)).body['id']);
    await send(anna, direct, 'sorry, bring me back');
    await add(ben, id, anna);
    expect(await memberIds(cleo, id)).toContain(anna.id);
    // Who was taken out may be brought back at once.
    await command(ben, 'conversation:remove', { conversationId: id, userId: anna.id });
    await add(ben, id, anna);
    expect(await memberIds(cleo, id)).toContain(anna.id);
  });

  it('many who are brought in at once are one entry and one event', async () => {
    const id = await groupOf(ben);
    await add(ben, id, anna, cleo);
    const fits = ({ conversationId }: { conversationId: string }) => conversationId === id;
    const event = await anna.client.event('conversation:member_added', fits);
    expect(event).toEqual({
      conversationId: id,
      seq: 2,
      members: expect.arrayContaining([
        { id: anna.id, name: anna.name, role: 'member' },
        { id: cleo.id, name: cleo.name, role: 'member' },
      ]),
      addedBy: ben.id,
      addedAt: expect.any(String),
    });
    const { events, head } = await catchUp(cleo, id, 1);
    expect([head, events]).toEqual([2, [{ seq: 2, type: 'conversation:member_added', data: event }]]);
    await send(cleo, id, 'hello');
    await anna.client.event('message:new', fits);
    await command(ben, 'conversation:remove', { conversationId: id, userId: anna.id });
    await add(ben, id, anna);
    expect(await ben.client.event('conversation:member_added', ({ seq }) => seq === 5)).toMatchObject({
      userId: anna.id,
      user: { id: anna.id },
      role: 'member',
      members: [{ id: anna.id }],
    });
  });
});
