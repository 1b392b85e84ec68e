/** Adding users to conversations: which users may do it, how often, and that a silent refusal is not recognisable. */
import type { ConversationSummary, ConversationView } from '@aeturnis/contracts';
import { TOPOLOGIES, useBlockScenario } from '../support/domains/block-scenario';
import { waitUntil } from '../support/clients/client';
import type { ConversationUser } from '../support/domains/conversation-user';

type Profile = { whoMayAdd: string };

describe.each(TOPOLOGIES)('on %s', (_, topology) => {
  let anna: ConversationUser;
  let ben: ConversationUser;
  let cleo: ConversationUser;

  const stage = useBlockScenario(topology, (users) => ({ anna, ben, cleo } = users));

  const list = async (of: ConversationUser) =>
    (await of.request('GET', '/api/conversations')).body['conversations'] as ConversationSummary[];
  const memberIds = async (of: ConversationUser, id: string) =>
    ((await of.request('GET', `/api/conversations/${id}`)).body as unknown as ConversationView).members.map(
      (member) => member.id,
    );
  const add = (by: ConversationUser, id: string, ...users: ConversationUser[]) =>
    by.client.send('conversation:add', { conversationId: id, userIds: users.map((user) => user.id) });
  const eventsNaming = ({ client }: ConversationUser, id: string): string[] =>
    client.received.flatMap(({ event, payload }) => (JSON.stringify(payload).includes(id) ? [event] : []));
  const create = (by: ConversationUser, kind: string, ...others: ConversationUser[]) =>
    by.request('POST', '/api/conversations', { kind, participantIds: others.map(({ id }) => id) });
  const allow = (by: ConversationUser, whoMayAdd: string) => by.request('PATCH', '/api/me', { whoMayAdd });

  /** Checks everything that could reveal the conversation to Anna. */
  async function expectNoTrace(id: string): Promise<void> {
    await stage.waitForDelivery();
    expect(eventsNaming(anna, id)).toEqual([]);
    expect((await list(anna)).map((item) => item.id)).not.toContain(id);
    expect((await anna.request('GET', `/api/conversations/${id}`)).status).toBe(404);
    expect((await anna.request('GET', `/api/messages?conversationId=${id}`)).status).toBe(404);
    expect(await anna.outcomeOf('message:send', { conversationId: id, content: 'what is this?' })).toBe('NOT_FOUND');
    expect(await anna.run('conversation:sync', { cursors: { [id]: 0 } })).toEqual({ conversations: {} });
    const { notifications } = await anna.run<{ notifications: object[] }>('notification:list', {});
    expect(JSON.stringify(notifications)).not.toContain(id);
  }

  it('a blocked user adds the blocker to no group, over sockets and HTTP, and gets the ordinary answer', async () => {
    const id = await ben.createGroup(cleo);
    await stage.block();
    const added = await add(ben, id, anna);
    expect(added).toEqual({ success: true, conversationId: id, seq: expect.any(Number) });
    const answer = await ben.request('POST', `/api/conversations/${id}/members`, { userIds: [anna.id] });
    expect([answer.status, Object.keys(answer.body).sort()]).toEqual([200, ['conversationId', 'seq']]);
    const created = await create(ben, 'group', anna, cleo);
    expect(created.status).toBe(201);
    await ben.sendMessage(id, 'come on');
    await ben.sendMessage(String(created.body['id']), 'come on');
    await cleo.client.waitForEvent('message:new', ({ conversationId }) => conversationId === created.body['id']);
    for (const conversation of [id, String(created.body['id'])]) {
      await expectNoTrace(conversation);
      expect((await memberIds(ben, conversation)).toSorted()).toEqual([ben.id, cleo.id].toSorted());
      expect(
        (await cleo.syncAll(conversation, 0)).events.filter((event) => JSON.stringify(event).includes(anna.id)),
      ).toEqual([]);
    }
    // A user that she has not blocked can add her.
    await ben.run('conversation:role', { conversationId: id, userId: cleo.id, role: 'admin' });
    await add(cleo, id, anna);
    await anna.client.waitForEvent('conversation:member_added', ({ conversationId }) => conversationId === id);
  });

  it('a direct conversation started by a blocked user is visible to that user alone, until the block ends', async () => {
    await stage.block();
    const { status, body } = await create(ben, 'direct', anna);
    const view = body as unknown as ConversationView;
    expect([status, view.with?.id, view.members.map((member) => member.id).toSorted()]).toEqual([
      201,
      anna.id,
      [anna.id, ben.id].toSorted(),
    ]);
    const joined = await ben.run<{ participantCount: number }>('conversation:join', { conversationId: view.id });
    expect(joined.participantCount).toBe(2);
    await ben.sendMessage(view.id, 'hello?');
    await ben.client.waitForEvent('message:new');
    await expectNoTrace(view.id);
    await stage.unblock();
    await waitUntil(async () => (await list(anna)).some((item) => item.id === view.id), 'it is listed');
    await waitUntil(async () => {
      await ben.sendMessage(view.id, 'now?');
      return anna.client.eventsNamed('message:new').some(({ conversationId }) => conversationId === view.id);
    }, 'a message is delivered live');
  });

  it('a direct conversation can be started by the blocker without ending the block', async () => {
    await stage.block();
    const { body } = await create(ben, 'direct', anna);
    const created = await create(anna, 'direct', ben);
    expect([created.status, created.body['id']]).toEqual([201, body['id']]);
    expect(await memberIds(anna, String(body['id']))).toHaveLength(2);
    await anna.sendMessage(String(body['id']), 'leave me alone');
    await anna.client.waitForEvent('message:new', ({ conversationId }) => conversationId === body['id']);
  });

  it.each(['before the block', 'during the block'])(
    'the end of a block does not reveal a direct conversation that its member quit %s',
    async (when) => {
      const id = String((await create(ben, 'direct', anna)).body['id']);
      await anna.client.waitForEvent('conversation:created', ({ conversationId }) => conversationId === id);
      if (when === 'during the block') await stage.block();
      await anna.run('conversation:quit', { conversationId: id });
      if (when === 'before the block') await stage.block();
      anna.client.clearReceived();
      await ben.sendMessage(id, 'hello?');
      await stage.unblock();
      await ben.sendMessage(id, 'still there?');
      await expectNoTrace(id);
      expect((await create(anna, 'direct', ben)).body['id']).toBe(id);
    },
  );

  it('a conversation revealed by the end of a block, then quit, stays hidden after another block', async () => {
    await stage.block();
    const id = String((await create(ben, 'direct', anna)).body['id']);
    await stage.unblock();
    await waitUntil(async () => (await list(anna)).some((item) => item.id === id), 'it is listed');
    await anna.run('conversation:quit', { conversationId: id });
    anna.client.clearReceived();
    await stage.block();
    await stage.unblock();
    await ben.sendMessage(id, 'still there?');
    await expectNoTrace(id);
  });

  it('a user that may be added by nobody, or by contacts alone, is left out silently', async () => {
    const id = await ben.createGroup(cleo);
    const direct = String((await create(ben, 'direct', anna)).body['id']);
    await anna.client.waitForEvent('conversation:created', ({ conversationId }) => conversationId === direct);
    expect((await allow(anna, 'nobody')).body).toMatchObject({ whoMayAdd: 'nobody' } satisfies Profile);
    expect((await anna.request('GET', '/api/me')).body).toMatchObject({ whoMayAdd: 'nobody' });
    const exported = (await anna.request('GET', '/api/me/export')).body;
    expect(exported['account']).toMatchObject({ whoMayAdd: 'nobody' });
    expect((await add(ben, id, anna)).success).toBe(true);
    expect((await allow(anna, 'contacts')).status).toBe(200);
    await ben.sendMessage(direct, 'may I?');
    expect((await add(ben, id, anna)).success).toBe(true);
    expect(await memberIds(cleo, id)).not.toContain(anna.id);
    // Sending a message makes its recipient a contact of the sender.
    await anna.sendMessage(direct, 'you may');
    await add(ben, id, anna);
    expect(await memberIds(cleo, id)).toContain(anna.id);
    expect((await allow(anna, 'friends')).status).toBe(400);
  });

  it.each(['nobody', 'contacts'])(
    'a direct conversation with a user that may be added by %s is visible to its creator alone',
    async (setting) => {
      await allow(anna, setting);
      const { status, body } = await create(ben, 'direct', anna);
      const view = body as unknown as ConversationView;
      expect([status, view.members.map(({ id }) => id).toSorted()]).toEqual([201, [anna.id, ben.id].toSorted()]);
      await ben.sendMessage(view.id, 'hello?');
      await expectNoTrace(view.id);
      // The end of a block does not reveal what is hidden for another reason.
      await stage.block();
      await stage.unblock();
      await expectNoTrace(view.id);
      expect((await create(anna, 'direct', ben)).body['id']).toBe(view.id);
      await ben.sendMessage(view.id, 'there you are');
      await anna.client.waitForEvent('message:new', ({ conversationId }) => conversationId === view.id);
    },
  );

  it('a user that has quit cannot be added again until the user has written to the one adding', async () => {
    const id = await ben.createGroup(cleo, anna);
    await anna.run('conversation:quit', { conversationId: id });
    expect((await add(ben, id, anna)).success).toBe(true);
    expect(await memberIds(cleo, id)).not.toContain(anna.id);
    const direct = String((await create(anna, 'direct', ben)).body['id']);
    await anna.sendMessage(direct, 'sorry, bring me back');
    await add(ben, id, anna);
    expect(await memberIds(cleo, id)).toContain(anna.id);
    // A user that was removed, and has not quit, can be added at once.
    await ben.run('conversation:remove', { conversationId: id, userId: anna.id });
    await add(ben, id, anna);
    expect(await memberIds(cleo, id)).toContain(anna.id);
  });

  it('several users added at once are one log entry and one event', async () => {
    const id = await ben.createGroup();
    await add(ben, id, anna, cleo);
    const isInGroup = ({ conversationId }: { conversationId: string }) => conversationId === id;
    const event = await anna.client.waitForEvent('conversation:member_added', isInGroup);
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
    const { events, head } = await cleo.syncAll(id, 1);
    expect([head, events]).toEqual([2, [{ seq: 2, type: 'conversation:member_added', data: event }]]);
    await cleo.sendMessage(id, 'hello');
    await anna.client.waitForEvent('message:new', isInGroup);
    await ben.run('conversation:remove', { conversationId: id, userId: anna.id });
    await add(ben, id, anna);
    expect(await ben.client.waitForEvent('conversation:member_added', ({ seq }) => seq === 5)).toMatchObject({
      userId: anna.id,
      user: { id: anna.id },
      role: 'member',
      members: [{ id: anna.id }],
    });
  });
});
