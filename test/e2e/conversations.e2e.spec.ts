/** Conversations over two nodes: what is said reaches all members in one order, and what becomes of it. */
import type { ConversationPage, ConversationSummary, ConversationView, MessagePage } from '@aeturnis/contracts';
import { connect, until } from '../support/client';
import {
  command,
  type ConversationCluster,
  groupOf,
  heard,
  inOrder,
  onCluster,
  outcome,
  request,
  send,
  type Talker,
  upTo,
} from '../support/conversation-cluster';

let cluster: ConversationCluster;
let anna: Talker;
let ben: Talker;
let cleo: Talker;

onCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

describe('a conversation', () => {
  it('between two exists once, whoever begins it, and on whatever way', async () => {
    const begin = (by: Talker, other: Talker) => {
      const body = { kind: 'direct', participantIds: [other.id] };
      return [
        command<ConversationView>(by, 'conversation:create', body).then(({ id }) => id),
        request(by, 'POST', '/api/conversations', body).then(({ body: { id } }) => String(id)),
      ];
    };
    const ids = await Promise.all([...begin(anna, ben), ...begin(ben, anna), ...begin(anna, ben)]);
    expect(new Set(ids).size).toBe(1);
    const view = await request(ben, 'GET', `/api/conversations/${ids[0]}`);
    expect(view.body).toMatchObject({ kind: 'direct', with: { id: anna.id, name: anna.name }, head: 1 });
    await until(() => anna.client.all('conversation:created').length > 0, 'it is told');
    expect(heard(anna, ids[0] ?? '')).toEqual([1]);
  });

  it('of several is begun once under one `clientId`, however often, on whatever way', async () => {
    const body = { kind: 'group', participantIds: [ben.id], title: 'raid', clientId: 'first raid' };
    const begin = async (by: Talker, asked: object): Promise<ConversationView> =>
      command(by, 'conversation:create', asked);
    const post = async () => (await request(anna, 'POST', '/api/conversations', body)).body;
    const changed = { ...body, title: 'another title', participantIds: [] };
    const views = await Promise.all([begin(anna, body), post(), begin(anna, body), post(), begin(anna, body)]);
    views.push(await begin(anna, changed));
    expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(1);
    const id = String(views.pop()?.['id']);
    await until(() => heard(anna, id).length > 0, 'it is told');
    expect(heard(anna, id)).toEqual([1]);
    const named = ['second', null, null].map((clientId) => begin(anna, { ...body, clientId }));
    const others = await Promise.all([begin(ben, body), ...named]);
    expect(new Set([id, ...others.map((view) => view.id)]).size).toBe(5);
  });

  it('is told to all devices of all members, and to those who come later in system:sync', async () => {
    const id = await groupOf(anna, ben);
    const phone = await connect(cluster.east.url, anna.accessToken);
    const [sync] = phone.all('system:sync') as { conversations?: ConversationSummary[] }[];
    expect(sync?.conversations).toMatchObject([{ id, head: 1, unread: 0, role: 'admin' }]);
    await send(ben, id, 'hello');
    const got = await Promise.all([anna.client, phone, ben.client].map((client) => client.event('message:new')));
    expect(new Set(got.map((message) => JSON.stringify(message))).size).toBe(1);
    await cleo.client.settled();
    expect(cleo.client.all('message:new')).toEqual([]);
  });

  it('comes first in the list where something was said last', async () => {
    const ids = [await groupOf(anna), await groupOf(anna), await groupOf(anna)];
    await send(anna, ids[1] ?? '', 'hello');
    const list = async (query: string): Promise<ConversationPage> =>
      (await request(anna, 'GET', `/api/conversations?${query}`)).body as unknown as ConversationPage;
    const first = await list('limit=2');
    const rest = await list(`limit=2&cursor=${first.next}`);
    const seen = [...first.conversations, ...rest.conversations].map(({ id }) => id);
    expect(seen).toEqual([ids[1], ids[2], ids[0]]);
    expect(rest.next).toBeUndefined();
  });

  it('is renamed, and muted on all devices of one member alone', async () => {
    const id = await groupOf(anna, ben);
    await command(anna, 'conversation:rename', { conversationId: id, title: 'Raid' });
    expect(await ben.client.event('conversation:updated')).toMatchObject({ seq: 2, title: 'Raid' });
    await command(ben, 'conversation:mute', { conversationId: id, muted: true });
    expect(await ben.client.event('conversation:muted')).toEqual({ conversationId: id, muted: true });
    expect((await request(ben, 'GET', `/api/conversations/${id}`)).body).toMatchObject({ title: 'Raid', muted: true });
    expect((await request(anna, 'GET', `/api/conversations/${id}`)).body).toMatchObject({ muted: false });
    expect(anna.client.all('conversation:muted')).toEqual([]);
  });

  it('brings users in and lets them out, each told in its place', async () => {
    const id = await groupOf(anna, ben);
    await command(anna, 'conversation:add', { conversationId: id, userIds: [cleo.id, ben.id] });
    await cleo.client.event('conversation:member_added', ({ userId }) => userId === cleo.id);
    await send(ben, id, 'welcome');
    await cleo.client.event('message:new');
    await command(cleo, 'conversation:quit', { conversationId: id });
    await cleo.client.event('conversation:member_removed');
    await send(ben, id, 'gone?');
    await ben.client.event('message:new', ({ content }) => content === 'gone?');
    await cleo.client.settled();
    expect(heard(cleo, id)).toEqual([2, 3, 4]);
    expect(heard(ben, id)).toEqual([1, 2, 3, 4, 5]);
  });

  it('has another admin when the last one goes', async () => {
    const id = await groupOf(anna, ben, cleo);
    expect(await outcome(anna, 'conversation:role', { conversationId: id, userId: anna.id, role: 'member' })).toBe(
      'CONFLICT',
    );
    await command(anna, 'conversation:quit', { conversationId: id });
    const { userId, role, seq } = await ben.client.event('conversation:role_changed');
    expect([ben.id, cleo.id]).toContain(userId);
    expect([role, seq]).toEqual(['admin', 3]);
  });
});

describe('a message', () => {
  it('reaches everybody in the order in which it was committed, whoever writes on which node', async () => {
    const id = await groupOf(anna, ben, cleo);
    const writers = [anna, ben, cleo].map(async (by) => {
      const acks: number[] = [];
      for (const n of upTo(30)) acks.push((await send(by, id, `${by.name} ${n}`)).seq);
      return acks;
    });
    const acks = (await Promise.all(writers)).flat();
    expect(acks.toSorted((a, b) => a - b)).toEqual(upTo(91).slice(1));
    for (const reader of [anna, ben, cleo]) {
      await until(() => new Set(heard(reader, id)).size === 91, 'all is told');
      expect(inOrder(heard(reader, id))).toEqual(upTo(91));
    }
    const told = (reader: Talker) => reader.client.all('message:new').map(({ content }) => content);
    expect(told(ben)).toEqual(told(anna));
  });

  it('is one row under one tempId, sent 20 times at once over two nodes and HTTP', async () => {
    const id = await groupOf(anna, ben);
    const there = await connect(cluster.east.url, anna.accessToken);
    const message = { conversationId: id, content: 'once', tempId: 'draft 1' };
    const answers = await Promise.all(
      upTo(20).map(async (n): Promise<Record<string, unknown>> => {
        if (n % 3 === 0) return anna.client.send('message:send', message);
        if (n % 3 === 1) return there.send('message:send', message);
        const url = n % 2 ? cluster.west.url : cluster.east.url;
        return (await request({ ...anna, url }, 'POST', '/api/messages', message)).body;
      }),
    );
    expect(
      new Set(answers.map(({ messageId, seq, createdAt }) => JSON.stringify([messageId, seq, createdAt]))).size,
    ).toBe(1);
    expect(answers.filter(({ duplicate }) => duplicate === true)).toHaveLength(19);
    const { body } = await request(ben, 'GET', `/api/messages?conversationId=${id}`);
    expect((body as unknown as MessagePage).messages).toMatchObject([{ content: 'once', tempId: 'draft 1' }]);
    await ben.client.event('message:new');
    await ben.client.settled();
    expect(ben.client.all('message:new')).toHaveLength(1);
    expect(await send(anna, id, 'something else', 'draft 1')).toMatchObject({ seq: 2, duplicate: true });
  });

  it('is changed by its author, taken back by author or admin, and told, however old it is', async () => {
    const id = await groupOf(anna, ben);
    const first = await send(ben, id, 'teh first');
    const other = await send(ben, id, 'secret');
    for (const n of upTo(30)) await send(anna, id, `later ${n}`);
    const { messageId } = first;
    await command(ben, 'message:update', { conversationId: id, messageId, content: 'the first' });
    expect(await anna.client.event('message:updated')).toMatchObject({ id: messageId, seq: 34, content: 'the first' });
    await command(anna, 'message:delete', { conversationId: id, messageId: other.messageId });
    expect(await ben.client.event('message:deleted')).toMatchObject({ id: other.messageId, seq: 35 });
    const again = await command(anna, 'message:delete', { conversationId: id, messageId: other.messageId });
    expect(again).toMatchObject({ seq: 35 });
    const { body } = await request(ben, 'GET', `/api/messages?conversationId=${id}&after=0&limit=2`);
    expect(body).toMatchObject({
      messages: [
        { id: messageId, content: 'the first', editedAt: expect.any(String) },
        { id: other.messageId, content: '', deletedAt: expect.any(String) },
      ],
      next: 3,
    });
    const { body: sync } = await request(anna, 'POST', '/api/sync', { cursors: { [id]: 1 } });
    expect(JSON.stringify(sync)).not.toContain('secret');
    expect(JSON.stringify(sync)).toContain('teh first');
  });

  it('is reacted to once per user and emoji', async () => {
    const id = await groupOf(anna, ben);
    const { messageId } = await send(anna, id, 'hello');
    const spellings = ['👍', '👍\ufe0f', '👍\ufe0e', '👍', '👍\ufe0f'];
    const tries = await Promise.all(
      spellings.map((emoji) =>
        command<{ reactionId: string }>(ben, 'reaction:add', { conversationId: id, messageId, emoji }),
      ),
    );
    for (const emoji of ['👍 ', '👍\u200d', '👍👍', 'ok']) {
      expect(await outcome(ben, 'reaction:add', { conversationId: id, messageId, emoji })).toBe('VALIDATION');
    }
    const [one] = tries;
    expect(new Set(tries.map(({ reactionId }) => reactionId)).size).toBe(1);
    expect(await anna.client.event('reaction:added')).toMatchObject({
      id: one?.reactionId,
      emoji: '👍',
      userId: ben.id,
    });
    const { body } = await request(anna, 'GET', `/api/messages?conversationId=${id}`);
    expect(body).toMatchObject({ messages: [{ reactions: [{ id: one?.reactionId, emoji: '👍', userId: ben.id }] }] });
    const mine = { conversationId: id, messageId, reactionId: one?.reactionId };
    expect(await outcome(anna, 'reaction:remove', mine)).toBe('FORBIDDEN');
    await command(ben, 'reaction:remove', mine);
    expect(await anna.client.event('reaction:removed')).toMatchObject({ id: one?.reactionId, seq: 4 });
    expect(await outcome(ben, 'reaction:remove', mine)).toBe('NOT_FOUND');
  });
});

describe('who is writing, reading, and there', () => {
  it('is told to those who wrote what was read and delivered, once', async () => {
    const id = await groupOf(anna, ben, cleo);
    const mine = await send(anna, id, 'one');
    const theirs = await send(cleo, id, 'two');
    const named = { conversationId: id, messageIds: [mine.messageId, theirs.messageId] };
    await command(ben, 'message:delivered', named);
    expect(await anna.client.event('message:delivered')).toMatchObject({
      messageId: mine.messageId,
      deliveredTo: [ben.id],
    });
    await command(ben, 'message:read', named);
    await command(ben, 'message:read', named);
    const receipt = { conversationId: id, readBy: ben.id, seq: 3 };
    expect(await anna.client.event('message:read:receipt')).toMatchObject({ ...receipt, messageIds: [mine.messageId] });
    expect(await cleo.client.event('message:read:receipt')).toMatchObject({ messageIds: [theirs.messageId] });
    await Promise.all([anna, cleo].map(({ client }) => client.settled()));
    expect(anna.client.all('message:read:receipt')).toHaveLength(1);
    expect(anna.client.all('message:delivered')).toHaveLength(1);
  });

  it('typing is told to the others, and ends with the message, when it is stopped, and with the connection', async () => {
    const id = await groupOf(anna, ben);
    await command(anna, 'typing:start', { conversationId: id });
    expect(await ben.client.event('typing:user:start')).toMatchObject({ userId: anna.id, user: { name: anna.name } });
    for (const end of [
      () => send(anna, id, 'done'),
      () => command(anna, 'typing:stop', { conversationId: id }),
      async () => anna.client.close(),
    ]) {
      await command(anna, 'typing:start', { conversationId: id });
      await end();
      await ben.client.event('typing:user:stop');
      ben.client.forget();
    }
  });

  it('opening is seen by the others until the last device has closed it', async () => {
    const id = await groupOf(anna, ben);
    const here = { conversationId: id };
    expect(await command(ben, 'conversation:join', here)).toEqual({ ...here, participantCount: 2 });
    expect(await ben.client.event('conversation:joined')).toEqual({ ...here, participantCount: 2 });
    expect(await anna.client.event('user:online')).toMatchObject({ ...here, userId: ben.id, user: { name: ben.name } });
    const there = await command(anna, 'presence:request', here);
    expect(there).toMatchObject({ onlineUsers: [{ id: ben.id, name: ben.name }] });
    expect(await anna.client.event('presence:response')).toMatchObject({ onlineUsers: [{ id: ben.id }] });
    await command(ben, 'conversation:leave', here);
    await ben.client.event('conversation:left');
    expect(await anna.client.event('user:offline')).toMatchObject({ userId: ben.id, lastSeenAt: expect.any(String) });
    anna.client.forget();
    await command(ben, 'conversation:join', here);
    ben.client.close();
    await anna.client.event('user:offline', ({ userId }) => userId === ben.id);
    expect(await command(anna, 'presence:request', here)).toMatchObject({ onlineUsers: [] });
  });

  it('an invisible user is seen by nobody', async () => {
    const id = await groupOf(anna, ben);
    await command(ben, 'presence:update', { status: 'invisible' });
    await command(ben, 'conversation:join', { conversationId: id });
    expect(await command(anna, 'presence:request', { conversationId: id })).toMatchObject({ onlineUsers: [] });
    await command(ben, 'conversation:leave', { conversationId: id });
    await send(ben, id, 'a sign');
    await anna.client.event('message:new');
    expect([...anna.client.all('user:online'), ...anna.client.all('user:offline')]).toEqual([]);
  });
});

describe('an account', () => {
  it('that is deleted leaves its conversations, its words there without its name, and hands on', async () => {
    const id = await groupOf(anna, ben);
    await send(anna, id, 'remember me');
    const { body: kept } = await request(anna, 'GET', '/api/me/export');
    expect(kept).toMatchObject({ conversations: [{ content: 'remember me' }] });
    expect((await request(anna, 'DELETE', '/api/me', {})).status).toBe(204);
    expect(await ben.client.event('conversation:member_removed')).toMatchObject({ userId: anna.id });
    expect(await ben.client.event('conversation:role_changed')).toMatchObject({ userId: ben.id, role: 'admin' });
    const { body } = await request(ben, 'GET', `/api/messages?conversationId=${id}`);
    expect(body).toMatchObject({ messages: [{ sender: { name: 'deleted' }, content: 'remember me' }] });
  });
});
