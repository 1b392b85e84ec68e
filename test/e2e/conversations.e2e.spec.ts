/** Conversations over two nodes: all members get messages and changes in one order. */
import type { ConversationPage, ConversationSummary, ConversationView, MessagePage } from '@aeturnis/contracts';
import { connect, waitUntil } from '../support/clients/client';
import {
  type ConversationCluster,
  increasingSeqs,
  useConversationCluster,
  numbersUpTo,
} from '../support/domains/conversation-cluster';
import type { ConversationUser } from '../support/domains/conversation-user';

let cluster: ConversationCluster;
let anna: ConversationUser;
let ben: ConversationUser;
let cleo: ConversationUser;

useConversationCluster((scene) => ({ cluster, anna, ben, cleo } = scene));

describe('a conversation', () => {
  it('between two users exists once, also when both create it at once over sockets and HTTP', async () => {
    const createDirect = (by: ConversationUser, second: ConversationUser) => {
      const body = { kind: 'direct', participantIds: [second.id] };
      return [
        by.run<ConversationView>('conversation:create', body).then(({ id }) => id),
        by.request('POST', '/api/conversations', body).then(({ body: { id } }) => String(id)),
      ];
    };
    const ids = await Promise.all([...createDirect(anna, ben), ...createDirect(ben, anna), ...createDirect(anna, ben)]);
    expect(new Set(ids).size).toBe(1);
    const view = await ben.request('GET', `/api/conversations/${ids[0]}`);
    expect(view.body).toMatchObject({ kind: 'direct', with: { id: anna.id, name: anna.name }, head: 1 });
    await waitUntil(() => anna.client.eventsNamed('conversation:created').length > 0, 'the creation is announced');
    expect(anna.receivedSeqs(ids[0] ?? '')).toEqual([1]);
  });

  it('of a group is created once per `clientId`, over sockets and HTTP', async () => {
    const body = { kind: 'group', participantIds: [ben.id], title: 'raid', clientId: 'first raid' };
    const create = async (by: ConversationUser, payload: object): Promise<ConversationView> =>
      by.run('conversation:create', payload);
    const post = async () => (await anna.request('POST', '/api/conversations', body)).body;
    const changed = { ...body, title: 'another title', participantIds: [] };
    const views = await Promise.all([create(anna, body), post(), create(anna, body), post(), create(anna, body)]);
    views.push(await create(anna, changed));
    expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(1);
    const id = String(views.pop()?.['id']);
    await waitUntil(() => anna.receivedSeqs(id).length > 0, 'the creation is announced');
    expect(anna.receivedSeqs(id)).toEqual([1]);
    const further = ['second', null, null].map((clientId) => create(anna, { ...body, clientId }));
    const others = await Promise.all([create(ben, body), ...further]);
    expect(new Set([id, ...others.map((view) => view.id)]).size).toBe(5);
  });

  it('is announced to all devices of all members, and listed in the system:sync of later connections', async () => {
    const id = await anna.createGroup(ben);
    const phone = await connect(cluster.east.url, anna.accessToken);
    const [sync] = phone.eventsNamed('system:sync') as { conversations?: ConversationSummary[] }[];
    expect(sync?.conversations).toMatchObject([{ id, head: 1, unread: 0, role: 'admin' }]);
    await ben.sendMessage(id, 'hello');
    const sent = await Promise.all(
      [anna.client, phone, ben.client].map((client) => client.waitForEvent('message:new')),
    );
    expect(new Set(sent.map((message) => JSON.stringify(message))).size).toBe(1);
    await cleo.client.roundTrip();
    expect(cleo.client.eventsNamed('message:new')).toEqual([]);
  });

  it('is listed first when it has the latest message', async () => {
    const ids = [await anna.createGroup(), await anna.createGroup(), await anna.createGroup()];
    await anna.sendMessage(ids[1] ?? '', 'hello');
    const list = async (query: string): Promise<ConversationPage> =>
      (await anna.request('GET', `/api/conversations?${query}`)).body as unknown as ConversationPage;
    const first = await list('limit=2');
    const rest = await list(`limit=2&cursor=${first.next}`);
    const seen = [...first.conversations, ...rest.conversations].map(({ id }) => id);
    expect(seen).toEqual([ids[1], ids[2], ids[0]]);
    expect(rest.next).toBeUndefined();
  });

  it('is renamed for all members, and muted on all devices of one member', async () => {
    const id = await anna.createGroup(ben);
    await anna.run('conversation:rename', { conversationId: id, title: 'Raid' });
    expect(await ben.client.waitForEvent('conversation:updated')).toMatchObject({ seq: 2, title: 'Raid' });
    await ben.run('conversation:mute', { conversationId: id, muted: true });
    expect(await ben.client.waitForEvent('conversation:muted')).toEqual({ conversationId: id, muted: true });
    expect((await ben.request('GET', `/api/conversations/${id}`)).body).toMatchObject({ title: 'Raid', muted: true });
    expect((await anna.request('GET', `/api/conversations/${id}`)).body).toMatchObject({ muted: false });
    expect(anna.client.eventsNamed('conversation:muted')).toEqual([]);
  });

  it('announces added and removed members in the order of the log', async () => {
    const id = await anna.createGroup(ben);
    await anna.run('conversation:add', { conversationId: id, userIds: [cleo.id, ben.id] });
    await cleo.client.waitForEvent('conversation:member_added', ({ userId }) => userId === cleo.id);
    await ben.sendMessage(id, 'welcome');
    await cleo.client.waitForEvent('message:new');
    await cleo.run('conversation:quit', { conversationId: id });
    await cleo.client.waitForEvent('conversation:member_removed');
    await ben.sendMessage(id, 'bye');
    await ben.client.waitForEvent('message:new', ({ content }) => content === 'bye');
    await cleo.client.roundTrip();
    expect(cleo.receivedSeqs(id)).toEqual([2, 3, 4]);
    expect(ben.receivedSeqs(id)).toEqual([1, 2, 3, 4, 5]);
  });

  it('gets another admin when the last one quits', async () => {
    const id = await anna.createGroup(ben, cleo);
    expect(await anna.outcomeOf('conversation:role', { conversationId: id, userId: anna.id, role: 'member' })).toBe(
      'CONFLICT',
    );
    await anna.run('conversation:quit', { conversationId: id });
    const { userId, role, seq } = await ben.client.waitForEvent('conversation:role_changed');
    expect([ben.id, cleo.id]).toContain(userId);
    expect([role, seq]).toEqual(['admin', 3]);
  });
});

describe('a message', () => {
  it('reaches all members in the order of commits, with several writers on both nodes', async () => {
    const id = await anna.createGroup(ben, cleo);
    const writers = [anna, ben, cleo].map(async (by) => {
      const acks: number[] = [];
      for (const n of numbersUpTo(30)) acks.push((await by.sendMessage(id, `${by.name} ${n}`)).seq);
      return acks;
    });
    const acks = (await Promise.all(writers)).flat();
    expect(acks.toSorted((a, b) => a - b)).toEqual(numbersUpTo(91).slice(1));
    for (const reader of [anna, ben, cleo]) {
      await waitUntil(() => new Set(reader.receivedSeqs(id)).size === 91, 'all entries are delivered');
      expect(increasingSeqs(reader.receivedSeqs(id))).toEqual(numbersUpTo(91));
    }
    const receivedContents = (reader: ConversationUser) =>
      reader.client.eventsNamed('message:new').map(({ content }) => content);
    expect(receivedContents(ben)).toEqual(receivedContents(anna));
  });

  it('is stored once under one tempId, sent 20 times at once over two nodes and HTTP', async () => {
    const id = await anna.createGroup(ben);
    const east = await connect(cluster.east.url, anna.accessToken);
    const message = { conversationId: id, content: 'once', tempId: 'draft 1' };
    const answers = await Promise.all(
      numbersUpTo(20).map(async (n): Promise<Record<string, unknown>> => {
        if (n % 3 === 0) return anna.client.send('message:send', message);
        if (n % 3 === 1) return east.send('message:send', message);
        const { url } = n % 2 ? cluster.west : cluster.east;
        return (await anna.requestingFrom(url).request('POST', '/api/messages', message)).body;
      }),
    );
    expect(
      new Set(answers.map(({ messageId, seq, createdAt }) => JSON.stringify([messageId, seq, createdAt]))).size,
    ).toBe(1);
    expect(answers.filter(({ duplicate }) => duplicate === true)).toHaveLength(19);
    const { body } = await ben.request('GET', `/api/messages?conversationId=${id}`);
    expect((body as unknown as MessagePage).messages).toMatchObject([{ content: 'once', tempId: 'draft 1' }]);
    await ben.client.waitForEvent('message:new');
    await ben.client.roundTrip();
    expect(ben.client.eventsNamed('message:new')).toHaveLength(1);
    expect(await anna.sendMessage(id, 'something else', 'draft 1')).toMatchObject({ seq: 2, duplicate: true });
  });

  it('can be edited by its author, and deleted by its author or an admin, however old it is', async () => {
    const id = await anna.createGroup(ben);
    const first = await ben.sendMessage(id, 'teh first');
    const second = await ben.sendMessage(id, 'secret');
    for (const n of numbersUpTo(30)) await anna.sendMessage(id, `later ${n}`);
    const { messageId } = first;
    await ben.run('message:update', { conversationId: id, messageId, content: 'the first' });
    expect(await anna.client.waitForEvent('message:updated')).toMatchObject({
      id: messageId,
      seq: 34,
      content: 'the first',
    });
    await anna.run('message:delete', { conversationId: id, messageId: second.messageId });
    expect(await ben.client.waitForEvent('message:deleted')).toMatchObject({ id: second.messageId, seq: 35 });
    const repeated = await anna.run('message:delete', { conversationId: id, messageId: second.messageId });
    expect(repeated).toMatchObject({ seq: 35 });
    const { body } = await ben.request('GET', `/api/messages?conversationId=${id}&after=0&limit=2`);
    expect(body).toMatchObject({
      messages: [
        { id: messageId, content: 'the first', editedAt: expect.any(String) },
        { id: second.messageId, content: '', deletedAt: expect.any(String) },
      ],
      next: 3,
    });
    const { body: sync } = await anna.request('POST', '/api/sync', { cursors: { [id]: 1 } });
    expect(JSON.stringify(sync)).not.toContain('secret');
    expect(JSON.stringify(sync)).toContain('teh first');
  });

  it('holds one reaction per user and emoji', async () => {
    const id = await anna.createGroup(ben);
    const { messageId } = await anna.sendMessage(id, 'hello');
    const spellings = ['👍', '👍\ufe0f', '👍\ufe0e', '👍', '👍\ufe0f'];
    const reactions = await Promise.all(
      spellings.map((emoji) =>
        ben.run<{ reactionId: string }>('reaction:add', { conversationId: id, messageId, emoji }),
      ),
    );
    for (const emoji of ['👍 ', '👍\u200d', '👍👍', 'ok']) {
      expect(await ben.outcomeOf('reaction:add', { conversationId: id, messageId, emoji })).toBe('VALIDATION');
    }
    const [{ reactionId } = { reactionId: '' }] = reactions;
    expect(new Set(reactions.map(({ reactionId }) => reactionId)).size).toBe(1);
    expect(await anna.client.waitForEvent('reaction:added')).toMatchObject({
      id: reactionId,
      emoji: '👍',
      userId: ben.id,
    });
    const { body } = await anna.request('GET', `/api/messages?conversationId=${id}`);
    expect(body).toMatchObject({ messages: [{ reactions: [{ id: reactionId, emoji: '👍', userId: ben.id }] }] });
    const mine = { conversationId: id, messageId, reactionId };
    expect(await anna.outcomeOf('reaction:remove', mine)).toBe('FORBIDDEN');
    await ben.run('reaction:remove', mine);
    expect(await anna.client.waitForEvent('reaction:removed')).toMatchObject({ id: reactionId, seq: 4 });
    expect(await ben.outcomeOf('reaction:remove', mine)).toBe('NOT_FOUND');
  });
});

describe('receipts', () => {
  it('are sent once, to the authors of the messages', async () => {
    const id = await anna.createGroup(ben, cleo);
    const mine = await anna.sendMessage(id, 'one');
    const theirs = await cleo.sendMessage(id, 'two');
    const request = { conversationId: id, messageIds: [mine.messageId, theirs.messageId] };
    await ben.run('message:delivered', request);
    expect(await anna.client.waitForEvent('message:delivered')).toMatchObject({
      messageId: mine.messageId,
      deliveredTo: [ben.id],
    });
    await ben.run('message:read', request);
    await ben.run('message:read', request);
    const receipt = { conversationId: id, readBy: ben.id, seq: 3 };
    expect(await anna.client.waitForEvent('message:read:receipt')).toMatchObject({
      ...receipt,
      messageIds: [mine.messageId],
    });
    expect(await cleo.client.waitForEvent('message:read:receipt')).toMatchObject({ messageIds: [theirs.messageId] });
    await Promise.all([anna, cleo].map(({ client }) => client.roundTrip()));
    expect(anna.client.eventsNamed('message:read:receipt')).toHaveLength(1);
    expect(anna.client.eventsNamed('message:delivered')).toHaveLength(1);
  });
});

describe('an account', () => {
  it('that is deleted leaves its conversations, its messages without a name, and another admin', async () => {
    const id = await anna.createGroup(ben);
    await anna.sendMessage(id, 'remember me');
    const { body: exported } = await anna.request('GET', '/api/me/export');
    expect(exported).toMatchObject({ conversations: [{ content: 'remember me' }] });
    expect((await anna.request('DELETE', '/api/me', {})).status).toBe(204);
    expect(await ben.client.waitForEvent('conversation:member_removed')).toMatchObject({ userId: anna.id });
    expect(await ben.client.waitForEvent('conversation:role_changed')).toMatchObject({ userId: ben.id, role: 'admin' });
    const { body } = await ben.request('GET', `/api/messages?conversationId=${id}`);
    expect(body).toMatchObject({ messages: [{ sender: { name: 'deleted' }, content: 'remember me' }] });
  });
});
