/** What somebody says in a conversation is hidden from who has blocked that one, and the sequence has no gaps: on one node, and on two. */
import type { ConversationView, MessagePage } from '@aeturnis/contracts';
import { BlockStage, PLACES } from '../support/block-stage';
import { closeClients, connect } from '../support/client';
import { catchUp, command, groupOf, request, send, type Talker } from '../support/conversation-cluster';

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

  const PLACE = (conversationId: string, seq: number) => ({ conversationId, seq, hidden: true });
  const page = async (of: Talker, conversationId: string, more = '') =>
    (await request(of, 'GET', `/api/messages?conversationId=${conversationId}&after=0${more}`))
      .body as unknown as MessagePage;
  const view = async (of: Talker, conversationId: string) =>
    (await request(of, 'GET', `/api/conversations/${conversationId}`)).body as unknown as ConversationView;

  it('in a direct one a message is acked, stored and hidden', async () => {
    const both = { kind: 'direct', participantIds: [anna.id] };
    const { id } = await command<ConversationView>(ben, 'conversation:create', both);
    await anna.client.event('conversation:created', ({ conversationId }) => conversationId === id);
    await stage.block();
    const sent = await send(ben, id, 'hello?', 'mine');
    expect(sent).toEqual({ messageId: expect.any(String), seq: 2, createdAt: expect.any(String) });
    await ben.client.event('message:new', ({ seq }) => seq === 2);
    expect(await send(ben, id, 'hello?', 'mine')).toEqual({ ...sent, duplicate: true });
    await send(anna, id, 'stop it');
    await anna.client.event('message:new', ({ seq }) => seq === 3);
    expect(anna.client.all('message:new').map(({ seq }) => seq)).toEqual([3]);
    expect((await page(ben, id)).messages.map(({ seq }) => seq)).toEqual([2, 3]);
    const first = await page(anna, id, '&limit=1');
    expect(first.messages.map(({ seq }) => seq)).toEqual([3]);
    expect(first.next).toBeUndefined();
    expect((await catchUp(anna, id, 0)).events.map(({ seq, hidden }) => [seq, hidden])).toEqual([
      [1, undefined],
      [2, true],
      [3, undefined],
    ]);
    expect([(await view(anna, id)).unread, (await view(ben, id)).unread]).toEqual([0, 1]);
    await stage.unblock();
    expect((await page(anna, id)).messages.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('in a group the blocker gets the place of what the blocked says, live, in a sync and in pages', async () => {
    const id = await groupOf(cleo, anna, ben);
    await stage.block();
    await send(cleo, id, 'two');
    const { messageId } = await send(ben, id, 'three');
    await command(ben, 'message:update', { conversationId: id, messageId, content: 'four' });
    const { messageId: cleos } = await send(cleo, id, 'five');
    const reaction = { conversationId: id, messageId: cleos, emoji: '🙃' };
    const { reactionId } = await command<{ reactionId: string }>(ben, 'reaction:add', reaction);
    await command(cleo, 'reaction:add', { ...reaction, emoji: '👍' });
    expect((await page(anna, id)).messages.at(-1)).toMatchObject({ reactions: [{ userId: cleo.id }] });
    await command(ben, 'reaction:remove', { conversationId: id, messageId: cleos, reactionId });
    await send(cleo, id, 'nine');
    await anna.client.event('message:new', ({ seq }) => seq === 9);

    const told = anna.client.received.flatMap(({ event, payload }) => {
      const entry = payload as { conversationId?: string; seq?: number };
      return entry.conversationId === id ? [[event, entry] as const] : [];
    });
    expect(told.map(([, { seq }]) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const hidden = { 3: 'message:new', 4: 'message:updated', 6: 'reaction:added', 8: 'reaction:removed' };
    for (const [seq, name] of Object.entries(hidden)) {
      expect(told[Number(seq) - 1]).toEqual([name, PLACE(id, Number(seq))]);
    }
    const { events } = await catchUp(anna, id, 0);
    expect(events.map(({ type, data }) => [type, data])).toEqual(told);
    expect(events.filter((event) => event.hidden).map(({ seq }) => seq)).toEqual([3, 4, 6, 8]);
    const { messages } = await page(anna, id);
    expect(messages.map(({ seq }) => seq)).toEqual([2, 3, 5, 9]);
    expect(messages[1]).toEqual(PLACE(id, 3));
    expect(JSON.stringify([told, events, messages])).not.toContain('three');
    expect([(await view(anna, id)).unread, (await view(cleo, id)).unread]).toEqual([3, 1]);
    await cleo.client.event('message:new', ({ seq }) => seq === 9);
    expect(cleo.client.all('message:new').map(({ content }) => content)).toEqual(['two', 'three', 'five', 'nine']);
  });

  it('what is about the group, the blocker gets, and those who are not in it get nothing', async () => {
    const id = await groupOf(ben, cleo);
    await command(ben, 'conversation:role', { conversationId: id, userId: cleo.id, role: 'admin' });
    await stage.block();
    await send(ben, id, 'two');
    await command(cleo, 'conversation:add', { conversationId: id, userIds: [anna.id] });
    await anna.client.event('conversation:member_added', ({ conversationId }) => conversationId === id);
    await command(ben, 'conversation:rename', { conversationId: id, title: 'Four' });
    await anna.client.event('conversation:updated', ({ conversationId }) => conversationId === id);
    expect(anna.client.all('message:new')).toEqual([]);
    await command(ben, 'conversation:remove', { conversationId: id, userId: anna.id });
    await anna.client.event('conversation:member_removed', ({ conversationId }) => conversationId === id);
    await send(ben, id, 'six');
    await cleo.client.event('message:new', ({ seq }) => seq === 7);
    await stage.allIsHeard();
    expect(anna.client.all('message:new')).toEqual([]);
  });

  it('a short absence makes up for the place alone', async () => {
    const id = await groupOf(cleo, anna, ben);
    await stage.block();
    const away = await connect(anna.url, anna.accessToken);
    away.socket.io.engine.close();
    await send(ben, id, 'unheard');
    await send(cleo, id, 'three');
    await cleo.client.event('message:new', ({ seq }) => seq === 3);
    away.socket.connect();
    await away.event('message:new', ({ seq }) => seq === 3);
    expect(away.socket.recovered).toBe(true);
    expect(away.all('message:new').map(({ seq, hidden }) => [seq, hidden])).toEqual([
      [2, true],
      [3, undefined],
    ]);
  });

  it('that the blocked writes is not shown, nor who has it open to either of them', async () => {
    const id = await groupOf(cleo, anna, ben);
    await stage.block();
    const here = { conversationId: id };
    for (const one of [anna, ben, cleo]) await command(one, 'conversation:join', here);
    await cleo.client.event('user:online', ({ userId }) => userId === ben.id);
    await command(ben, 'typing:start', here);
    await cleo.client.event('typing:user:start', ({ userId }) => userId === ben.id);
    await command(ben, 'typing:stop', here);
    await cleo.client.event('typing:user:stop', ({ userId }) => userId === ben.id);
    const open = async (by: Talker) =>
      (await command<{ onlineUsers: { id: string }[] }>(by, 'presence:request', here)).onlineUsers.map(
        (user) => user.id,
      );
    expect((await open(anna)).toSorted()).toEqual([anna.id, cleo.id].toSorted());
    expect((await open(ben)).toSorted()).toEqual([ben.id, cleo.id].toSorted());
    expect((await open(cleo)).toSorted()).toEqual([anna.id, ben.id, cleo.id].toSorted());
    await command(ben, 'conversation:leave', here);
    await cleo.client.event('user:offline', ({ userId }) => userId === ben.id);
    await command(anna, 'conversation:leave', here);
    await cleo.client.event('user:offline', ({ userId }) => userId === anna.id);
    await stage.allIsHeard();
    await ben.client.settled();
    const seen = ({ client }: Talker, other: Talker): string[] =>
      client.received.flatMap(({ event, payload }) =>
        /^(user|typing):/.test(event) && (payload as { userId: string }).userId === other.id ? [event] : [],
      );
    expect([seen(anna, ben), seen(ben, anna)]).toEqual([[], []]);
  });
});
