/** Whom one has blocked is neither heard nor seen, and cannot tell: on one node, and on two. */
import { randomUUID } from 'node:crypto';
import type { ChatPage, ConversationView, EventName, MessagePage, PresenceView } from '@aeturnis/contracts';
import { BlockList } from '../../apps/server/src/social';
import { closeClients, connect, createCharacter, until } from '../support/client';
import {
  catchUp,
  command,
  ConversationCluster,
  groupOf,
  request,
  send,
  type Talker,
} from '../support/conversation-cluster';

describe.each([
  ['one node', { alone: true }],
  ['two nodes', { alone: false }],
])('on %s', (_, where) => {
  let cluster: ConversationCluster;
  /** Anna has blocked Ben, who is on the other node where there are two; Cleo hears both of them. */
  let anna: Talker;
  let ben: Talker;
  let cleo: Talker;

  beforeAll(async () => {
    cluster = await ConversationCluster.open(where);
  }, 60_000);
  beforeEach(async () => {
    [anna, ben, cleo] = (await cluster.talkers(3)) as [Talker, Talker, Talker];
  });
  afterEach(closeClients);
  afterAll(() => cluster.close());

  /** Settles when all nodes know of it. */
  async function change(name: 'block:add' | 'block:remove', by: Talker, other: Talker): Promise<void> {
    await command(by, name, { userId: other.id });
    for (const { app } of [cluster.west, cluster.east]) {
      const list = app.get(BlockList, { strict: false });
      const known = async () => (await list.of(other.id)).blockedBy.has(by.id) === (name === 'block:add');
      await until(known, `${name} is known`);
    }
  }
  const block = (): Promise<void> => change('block:add', anna, ben);

  /** Nothing that anybody said before can still be on its way to Anna: she hears what Cleo says after it. */
  async function allIsHeard(): Promise<void> {
    const text = randomUUID();
    await command(cleo, 'chat:message', { channel: 'global', text });
    await anna.client.event('chat:message', (message) => message.text === text);
    await anna.client.settled();
  }
  const heardFromBen = (name: EventName): unknown[] =>
    anna.client.all(name).filter((payload) => JSON.stringify(payload).includes(ben.id));

  const play = async (...players: Talker[]): Promise<void> => {
    for (const player of players) {
      const { id: characterId } = await createCharacter(player.url, { ...player, password: '', refreshToken: '' });
      await command(player, 'character:select', { characterId });
    }
  };
  const look = async (by: Talker, at: Talker): Promise<PresenceView | undefined> =>
    (await command<{ users: PresenceView[] }>(by, 'presence:get', { userIds: [at.id] })).users[0];

  describe('a block', () => {
    it('is listed to who made it alone, once, by commands and routes, until it ends', async () => {
      const made = await command(anna, 'block:add', { userId: ben.id.toUpperCase() });
      expect(made).toEqual({ userId: ben.id, name: ben.name, createdAt: expect.any(String) });
      expect(await request(anna, 'POST', '/api/blocks', { userId: ben.id })).toEqual({ status: 201, body: made });
      expect(await command(anna, 'block:list', {})).toEqual({ blocks: [made] });
      expect((await request(anna, 'GET', '/api/blocks')).body).toEqual({ blocks: [made] });
      expect((await request(ben, 'GET', '/api/blocks')).body).toEqual({ blocks: [] });
      expect((await request(anna, 'DELETE', `/api/blocks/${ben.id}`)).status).toBe(204);
      expect((await request(anna, 'DELETE', `/api/blocks/${ben.id}`)).status).toBe(204);
      expect(await command(anna, 'block:remove', { userId: ben.id })).toEqual({});
      expect(await command(anna, 'block:list', {})).toEqual({ blocks: [] });
    });

    it.each([
      ['oneself', () => anna.id, 'VALIDATION'],
      ['nobody', () => randomUUID(), 'NOT_FOUND'],
    ])('is not of %s', async (__, id, code) => {
      expect(await anna.client.send('block:add', { userId: id() })).toMatchObject({ error: { code } });
    });

    it('is not told to who is blocked', async () => {
      ben.client.forget();
      await block();
      await change('block:remove', anna, ben);
      await ben.client.settled();
      expect(ben.client.received).toEqual([]);
    });

    it('is in the export of who made it alone, and goes with either account', async () => {
      await block();
      await change('block:add', cleo, anna);
      const exported = async (of: Talker) => (await request(of, 'GET', '/api/me/export')).body['blocks'];
      expect(await exported(anna)).toMatchObject([{ userId: ben.id }]);
      expect(await exported(ben)).toEqual([]);
      expect((await request(ben, 'DELETE', '/api/me', {})).status).toBe(204);
      expect(await command(anna, 'block:list', {})).toEqual({ blocks: [] });
      expect((await request(anna, 'DELETE', '/api/me', {})).status).toBe(204);
      expect(await command(cleo, 'block:list', {})).toEqual({ blocks: [] });
    });
  });

  describe('chat', () => {
    it('whispers are acked and kept for the sender, and neither told nor shown to the receiver', async () => {
      await command(ben, 'chat:whisper', { toUserId: anna.id, text: 'before' });
      await anna.client.event('chat:whisper');
      anna.client.forget();
      await block();
      const sent = await command(ben, 'chat:whisper', { toName: anna.name, text: 'psst' });
      expect(sent).toEqual({ id: expect.any(String), createdAt: expect.any(String) });
      await ben.client.event('chat:whisper', ({ text }) => text === 'psst');
      await command(ben, 'chat:typing', { toUserId: anna.id });
      await allIsHeard();
      expect([...heardFromBen('chat:whisper'), ...heardFromBen('chat:typing')]).toEqual([]);
      const history = async (of: Talker, withUserId: string) =>
        (await command<ChatPage>(of, 'chat:history', { withUserId })).messages.map(({ text }) => text);
      expect(await history(ben, anna.id)).toEqual(['before', 'psst']);
      expect(await history(anna, ben.id)).toEqual([]);
      await command(anna, 'chat:whisper', { toUserId: ben.id, text: 'leave me alone' });
      await ben.client.event('chat:whisper', ({ text }) => text === 'leave me alone');
      expect(await history(anna, ben.id)).toEqual(['leave me alone']);
    });

    it.each(['global', 'zone'] as const)('on the %s channel others hear, and the blocker does not', async (channel) => {
      await play(anna, ben, cleo);
      await command(ben, 'chat:message', { channel, text: `before ${channel}` });
      await anna.client.event('chat:message', ({ text }) => text === `before ${channel}`);
      await block();
      anna.client.forget();
      await command(ben, 'chat:typing', { channel });
      await cleo.client.event('chat:typing', ({ from }) => from.userId === ben.id);
      const text = `after ${channel} ${randomUUID()}`;
      await command(ben, 'chat:message', { channel, text });
      await cleo.client.event('chat:message', (message) => message.text === text);
      if (channel === 'zone') {
        await command(ben, 'chat:emote', { emote: 'wave' });
        await cleo.client.event('chat:emote', ({ from }) => from.userId === ben.id);
      }
      await allIsHeard();
      expect([...heardFromBen('chat:message'), ...heardFromBen('chat:typing'), ...heardFromBen('chat:emote')]).toEqual(
        [],
      );
      const history = async (of: Talker) => {
        const { messages } = await command<ChatPage>(of, 'chat:history', { channel, limit: 100 });
        return messages.filter(({ from }) => from.userId === ben.id).length;
      };
      expect([await history(anna), await history(cleo), await history(ben)]).toEqual([0, 2, 2]);
      await change('block:remove', anna, ben);
      const again = `again ${channel} ${randomUUID()}`;
      await command(ben, 'chat:message', { channel, text: again });
      await anna.client.event('chat:message', (message) => message.text === again);
    });

    it('what was said is not made up for after a short absence', async () => {
      await block();
      const away = await connect(anna.url, anna.accessToken, { reconnection: true, reconnectionDelay: 10 });
      // Without an offset there would be nothing to come back to.
      await command(cleo, 'chat:message', { channel: 'global', text: 'here' });
      await away.event('chat:message', ({ text }) => text === 'here');
      away.socket.io.reconnection(false);
      away.socket.io.engine.close();
      await command(ben, 'chat:message', { channel: 'global', text: 'unheard' });
      await command(cleo, 'chat:message', { channel: 'global', text: 'made up for' });
      away.socket.connect();
      await away.event('chat:message', ({ text }) => text === 'made up for');
      expect(away.socket.recovered).toBe(true);
      expect(away.all('chat:message').map(({ text }) => text)).toEqual(['here', 'made up for']);
    });
  });

  it('presence is hidden both ways, and nobody is told of the other', async () => {
    await command(anna, 'presence:subscribe', { userIds: [ben.id, cleo.id] });
    await command(ben, 'presence:subscribe', { userIds: [anna.id, cleo.id] });
    await block();
    const offline = { online: false, status: 'offline', lastSeen: null };
    expect(await look(ben, anna)).toEqual({ userId: anna.id, ...offline });
    expect(await look(anna, ben)).toEqual({ userId: ben.id, ...offline });
    expect(await look(cleo, anna)).toMatchObject({ online: true });
    const [annas, bens] = [await cluster.talker(anna.url), await cluster.talker(ben.url)];
    await command(annas, 'presence:subscribe', { userIds: [anna.id, ben.id] });
    for (const one of [anna, ben]) {
      await command(one, 'presence:update', { status: 'busy' });
      await annas.client.event('player:status_change', ({ userId }) => userId === one.id);
    }
    ben.client.close();
    await annas.client.event('player:offline', ({ userId }) => userId === ben.id);
    ben.client = await connect(bens.url, ben.accessToken);
    await annas.client.event('player:online', ({ userId }) => userId === ben.id);
    await command(ben, 'presence:subscribe', { userIds: [anna.id, cleo.id] });
    anna.client.received.length = 0;
    const second = await connect(anna.url, anna.accessToken);
    await command(cleo, 'presence:update', { status: 'away' });
    for (const { client } of [anna, ben]) {
      await client.event('player:status_change', ({ userId }) => userId === cleo.id);
      expect(client.received.filter(({ event }) => event.startsWith('player:'))).toHaveLength(1);
    }
    second.close();
  });

  describe('conversations', () => {
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
      await block();
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
      await change('block:remove', anna, ben);
      expect((await page(anna, id)).messages.map(({ seq }) => seq)).toEqual([2, 3]);
    });

    it('in a group the blocker gets the place of what the blocked says, live, in a sync and in pages', async () => {
      const id = await groupOf(cleo, anna, ben);
      await block();
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
      await block();
      await send(ben, id, 'two');
      await command(ben, 'conversation:add', { conversationId: id, userIds: [anna.id] });
      await anna.client.event('conversation:member_added', ({ conversationId }) => conversationId === id);
      await command(ben, 'conversation:rename', { conversationId: id, title: 'Four' });
      await anna.client.event('conversation:updated', ({ conversationId }) => conversationId === id);
      expect(anna.client.all('message:new')).toEqual([]);
      await command(ben, 'conversation:remove', { conversationId: id, userId: anna.id });
      await anna.client.event('conversation:member_removed', ({ conversationId }) => conversationId === id);
      await send(ben, id, 'six');
      await cleo.client.event('message:new', ({ seq }) => seq === 6);
      await allIsHeard();
      expect(anna.client.all('message:new')).toEqual([]);
    });

    it('a short absence makes up for the place alone', async () => {
      const id = await groupOf(cleo, anna, ben);
      await block();
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
      await block();
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
      await allIsHeard();
      await ben.client.settled();
      const seen = ({ client }: Talker, other: Talker): string[] =>
        client.received.flatMap(({ event, payload }) =>
          /^(user|typing):/.test(event) && (payload as { userId: string }).userId === other.id ? [event] : [],
        );
      expect([seen(anna, ben), seen(ben, anna)]).toEqual([[], []]);
    });
  });
});
