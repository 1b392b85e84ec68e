/** The messages of a user are hidden from members that have blocked the user, without gaps in `seq`: on one node and on two. */
import type { ConversationView, MessagePage } from '@aeturnis/contracts';
import { TOPOLOGIES, useBlockScenario } from '../support/domains/block-scenario';
import { connect } from '../support/clients/client';
import type { ConversationUser } from '../support/domains/conversation-user';

describe.each(TOPOLOGIES)('on %s', (_, topology) => {
  let anna: ConversationUser;
  let ben: ConversationUser;
  let cleo: ConversationUser;

  const stage = useBlockScenario(topology, (users) => ({ anna, ben, cleo } = users));

  const hiddenEntry = (conversationId: string, seq: number) => ({ conversationId, seq, hidden: true });
  const page = async (of: ConversationUser, conversationId: string, more = '') =>
    (await of.request('GET', `/api/messages?conversationId=${conversationId}&after=0${more}`))
      .body as unknown as MessagePage;
  const view = async (of: ConversationUser, conversationId: string) =>
    (await of.request('GET', `/api/conversations/${conversationId}`)).body as unknown as ConversationView;

  it('in a direct conversation a message of the blocked user is acked, stored and hidden', async () => {
    const both = { kind: 'direct', participantIds: [anna.id] };
    const { id } = await ben.run<ConversationView>('conversation:create', both);
    await anna.client.waitForEvent('conversation:created', ({ conversationId }) => conversationId === id);
    await stage.block();
    const sent = await ben.sendMessage(id, 'hello?', 'mine');
    expect(sent).toEqual({ messageId: expect.any(String), seq: 2, createdAt: expect.any(String) });
    await ben.client.waitForEvent('message:new', ({ seq }) => seq === 2);
    expect(await ben.sendMessage(id, 'hello?', 'mine')).toEqual({ ...sent, duplicate: true });
    await anna.sendMessage(id, 'stop it');
    await anna.client.waitForEvent('message:new', ({ seq }) => seq === 3);
    expect(anna.client.eventsNamed('message:new').map(({ seq }) => seq)).toEqual([3]);
    expect((await page(ben, id)).messages.map(({ seq }) => seq)).toEqual([2, 3]);
    const first = await page(anna, id, '&limit=1');
    expect(first.messages.map(({ seq }) => seq)).toEqual([3]);
    expect(first.next).toBeUndefined();
    expect((await anna.syncAll(id, 0)).events.map(({ seq, hidden }) => [seq, hidden])).toEqual([
      [1, undefined],
      [2, true],
      [3, undefined],
    ]);
    expect([(await view(anna, id)).unread, (await view(ben, id)).unread]).toEqual([0, 1]);
    await stage.unblock();
    expect((await page(anna, id)).messages.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('in a group the blocker gets hidden entries for the blocked user, live, in a sync and in pages', async () => {
    const id = await cleo.createGroup(anna, ben);
    await stage.block();
    await cleo.sendMessage(id, 'two');
    const { messageId } = await ben.sendMessage(id, 'three');
    await ben.run('message:update', { conversationId: id, messageId, content: 'four' });
    const { messageId: cleos } = await cleo.sendMessage(id, 'five');
    const reaction = { conversationId: id, messageId: cleos, emoji: '🙃' };
    const { reactionId } = await ben.run<{ reactionId: string }>('reaction:add', reaction);
    await cleo.run('reaction:add', { ...reaction, emoji: '👍' });
    expect((await page(anna, id)).messages.at(-1)).toMatchObject({ reactions: [{ userId: cleo.id }] });
    await ben.run('reaction:remove', { conversationId: id, messageId: cleos, reactionId });
    await cleo.sendMessage(id, 'nine');
    await anna.client.waitForEvent('message:new', ({ seq }) => seq === 9);

    const entries = anna.client.received.flatMap(({ event, payload }) => {
      const entry = payload as { conversationId?: string; seq?: number };
      return entry.conversationId === id ? [[event, entry] as const] : [];
    });
    expect(entries.map(([, { seq }]) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const hidden = { 3: 'message:new', 4: 'message:updated', 6: 'reaction:added', 8: 'reaction:removed' };
    for (const [seq, name] of Object.entries(hidden)) {
      expect(entries[Number(seq) - 1]).toEqual([name, hiddenEntry(id, Number(seq))]);
    }
    const { events } = await anna.syncAll(id, 0);
    expect(events.map(({ type, data }) => [type, data])).toEqual(entries);
    expect(events.filter((event) => event.hidden).map(({ seq }) => seq)).toEqual([3, 4, 6, 8]);
    const { messages } = await page(anna, id);
    expect(messages.map(({ seq }) => seq)).toEqual([2, 3, 5, 9]);
    expect(messages[1]).toEqual(hiddenEntry(id, 3));
    expect(JSON.stringify([entries, events, messages])).not.toContain('three');
    expect([(await view(anna, id)).unread, (await view(cleo, id)).unread]).toEqual([3, 1]);
    await cleo.client.waitForEvent('message:new', ({ seq }) => seq === 9);
    expect(cleo.client.eventsNamed('message:new').map(({ content }) => content)).toEqual([
      'two',
      'three',
      'five',
      'nine',
    ]);
  });

  it('the blocker gets changes of the group by the blocked user, and users outside the group get nothing', async () => {
    const id = await ben.createGroup(cleo);
    await ben.run('conversation:role', { conversationId: id, userId: cleo.id, role: 'admin' });
    await stage.block();
    await ben.sendMessage(id, 'two');
    await cleo.run('conversation:add', { conversationId: id, userIds: [anna.id] });
    await anna.client.waitForEvent('conversation:member_added', ({ conversationId }) => conversationId === id);
    await ben.run('conversation:rename', { conversationId: id, title: 'Four' });
    await anna.client.waitForEvent('conversation:updated', ({ conversationId }) => conversationId === id);
    expect(anna.client.eventsNamed('message:new')).toEqual([]);
    await ben.run('conversation:remove', { conversationId: id, userId: anna.id });
    await anna.client.waitForEvent('conversation:member_removed', ({ conversationId }) => conversationId === id);
    await ben.sendMessage(id, 'six');
    await cleo.client.waitForEvent('message:new', ({ seq }) => seq === 7);
    await stage.waitForDelivery();
    expect(anna.client.eventsNamed('message:new')).toEqual([]);
  });

  it('a resumed session of the blocker replays only the hidden entry', async () => {
    const id = await cleo.createGroup(anna, ben);
    await stage.block();
    const tab = await connect(anna.url, anna.accessToken);
    tab.socket.io.engine.close();
    await ben.sendMessage(id, 'hidden');
    await cleo.sendMessage(id, 'three');
    await cleo.client.waitForEvent('message:new', ({ seq }) => seq === 3);
    tab.socket.connect();
    await tab.waitForEvent('message:new', ({ seq }) => seq === 3);
    expect(tab.socket.recovered).toBe(true);
    expect(tab.eventsNamed('message:new').map(({ seq, hidden }) => [seq, hidden])).toEqual([
      [2, true],
      [3, undefined],
    ]);
  });

  it('typing and open conversations are hidden between the blocker and the blocked user', async () => {
    const id = await cleo.createGroup(anna, ben);
    await stage.block();
    const conversation = { conversationId: id };
    for (const user of [anna, ben, cleo]) await user.run('conversation:join', conversation);
    await cleo.client.waitForEvent('user:online', ({ userId }) => userId === ben.id);
    await ben.run('typing:start', conversation);
    await cleo.client.waitForEvent('typing:user:start', ({ userId }) => userId === ben.id);
    await ben.run('typing:stop', conversation);
    await cleo.client.waitForEvent('typing:user:stop', ({ userId }) => userId === ben.id);
    const open = async (by: ConversationUser) =>
      (await by.run<{ onlineUsers: { id: string }[] }>('presence:request', conversation)).onlineUsers.map(
        (user) => user.id,
      );
    expect((await open(anna)).toSorted()).toEqual([anna.id, cleo.id].toSorted());
    expect((await open(ben)).toSorted()).toEqual([ben.id, cleo.id].toSorted());
    expect((await open(cleo)).toSorted()).toEqual([anna.id, ben.id, cleo.id].toSorted());
    await ben.run('conversation:leave', conversation);
    await cleo.client.waitForEvent('user:offline', ({ userId }) => userId === ben.id);
    await anna.run('conversation:leave', conversation);
    await cleo.client.waitForEvent('user:offline', ({ userId }) => userId === anna.id);
    await stage.waitForDelivery();
    await ben.client.roundTrip();
    const seen = ({ client }: ConversationUser, other: ConversationUser): string[] =>
      client.received.flatMap(({ event, payload }) =>
        /^(user|typing):/.test(event) && (payload as { userId: string }).userId === other.id ? [event] : [],
      );
    expect([seen(anna, ben), seen(ben, anna)]).toEqual([[], []]);
  });
});
