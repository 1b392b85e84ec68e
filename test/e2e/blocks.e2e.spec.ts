/** A user’s events are hidden from users that have blocked the user, without a sign of the block: on one node and on two. */
import { randomUUID } from 'node:crypto';
import type { ChatPage, EventName, PresenceView } from '@aeturnis/contracts';
import { TOPOLOGIES, useBlockScenario } from '../support/domains/block-scenario';
import { connect, createCharacter } from '../support/clients/client';
import { ConversationUser } from '../support/domains/conversation-user';

describe.each(TOPOLOGIES)('on %s', (_, topology) => {
  let anna: ConversationUser;
  let ben: ConversationUser;
  let cleo: ConversationUser;

  const stage = useBlockScenario(topology, (users) => ({ anna, ben, cleo } = users));

  const receivedFromBen = (name: EventName): unknown[] =>
    anna.client.eventsNamed(name).filter((payload) => JSON.stringify(payload).includes(ben.id));

  const play = async (...players: ConversationUser[]): Promise<void> => {
    for (const player of players) {
      const { id: characterId } = await createCharacter(player.url, player);
      await player.run('character:select', { characterId });
    }
  };
  const presenceOf = async (by: ConversationUser, at: ConversationUser): Promise<PresenceView | undefined> =>
    (await by.run<{ users: PresenceView[] }>('presence:get', { userIds: [at.id] })).users[0];

  describe('a block', () => {
    it('is listed to the blocker alone, once, by commands and routes, until it ends', async () => {
      const block = await anna.run('block:add', { userId: ben.id.toUpperCase() });
      expect(block).toEqual({ userId: ben.id, name: ben.name, createdAt: expect.any(String) });
      expect(await anna.request('POST', '/api/blocks', { userId: ben.id })).toEqual({ status: 201, body: block });
      expect(await anna.run('block:list', {})).toEqual({ blocks: [block] });
      expect((await anna.request('GET', '/api/blocks')).body).toEqual({ blocks: [block] });
      expect((await ben.request('GET', '/api/blocks')).body).toEqual({ blocks: [] });
      expect((await anna.request('DELETE', `/api/blocks/${ben.id}`)).status).toBe(204);
      expect((await anna.request('DELETE', `/api/blocks/${ben.id}`)).status).toBe(204);
      expect(await anna.run('block:remove', { userId: ben.id })).toEqual({});
      expect(await anna.run('block:list', {})).toEqual({ blocks: [] });
    });

    it.each([
      ['oneself', () => anna.id, 'VALIDATION'],
      ['an unknown user', () => randomUUID(), 'NOT_FOUND'],
    ])('is refused for %s', async (__, id, code) => {
      expect(await anna.client.send('block:add', { userId: id() })).toMatchObject({ error: { code } });
    });

    it('sends no event to the blocked user', async () => {
      ben.client.clearReceived();
      await stage.block();
      await stage.unblock();
      await ben.client.roundTrip();
      expect(ben.client.received).toEqual([]);
    });

    it('is part of the blocker’s export alone, and is deleted with either account', async () => {
      await stage.block();
      await stage.changeBlock('block:add', cleo, anna);
      const exported = async (of: ConversationUser) => (await of.request('GET', '/api/me/export')).body['blocks'];
      expect(await exported(anna)).toMatchObject([{ userId: ben.id }]);
      expect(await exported(ben)).toEqual([]);
      expect((await ben.request('DELETE', '/api/me', {})).status).toBe(204);
      expect(await anna.run('block:list', {})).toEqual({ blocks: [] });
      expect((await anna.request('DELETE', '/api/me', {})).status).toBe(204);
      expect(await cleo.run('block:list', {})).toEqual({ blocks: [] });
    });
  });

  describe('chat', () => {
    it('whispers are acked and stored for the sender, and neither sent nor shown to the blocker', async () => {
      await ben.run('chat:whisper', { toUserId: anna.id, text: 'before' });
      await anna.client.waitForEvent('chat:whisper');
      anna.client.clearReceived();
      await stage.block();
      const sent = await ben.run('chat:whisper', { toName: anna.name, text: 'psst' });
      expect(sent).toEqual({ id: expect.any(String), createdAt: expect.any(String) });
      await ben.client.waitForEvent('chat:whisper', ({ text }) => text === 'psst');
      await ben.run('chat:typing', { toUserId: anna.id });
      await stage.waitForDelivery();
      expect([...receivedFromBen('chat:whisper'), ...receivedFromBen('chat:typing')]).toEqual([]);
      const history = async (of: ConversationUser, withUserId: string) =>
        (await of.run<ChatPage>('chat:history', { withUserId })).messages.map(({ text }) => text);
      expect(await history(ben, anna.id)).toEqual(['before', 'psst']);
      expect(await history(anna, ben.id)).toEqual([]);
      await anna.run('chat:whisper', { toUserId: ben.id, text: 'leave me alone' });
      await ben.client.waitForEvent('chat:whisper', ({ text }) => text === 'leave me alone');
      expect(await history(anna, ben.id)).toEqual(['leave me alone']);
    });

    it.each(['global', 'zone'] as const)('hides %s messages from the blocker alone', async (channel) => {
      await play(anna, ben, cleo);
      await ben.run('chat:message', { channel, text: `before ${channel}` });
      await anna.client.waitForEvent('chat:message', ({ text }) => text === `before ${channel}`);
      await stage.block();
      anna.client.clearReceived();
      await ben.run('chat:typing', { channel });
      await cleo.client.waitForEvent('chat:typing', ({ from }) => from.userId === ben.id);
      const text = `after ${channel} ${randomUUID()}`;
      await ben.run('chat:message', { channel, text });
      await cleo.client.waitForEvent('chat:message', (message) => message.text === text);
      if (channel === 'zone') {
        await ben.run('chat:emote', { emote: 'wave' });
        await cleo.client.waitForEvent('chat:emote', ({ from }) => from.userId === ben.id);
      }
      await stage.waitForDelivery();
      expect([
        ...receivedFromBen('chat:message'),
        ...receivedFromBen('chat:typing'),
        ...receivedFromBen('chat:emote'),
      ]).toEqual([]);
      const history = async (of: ConversationUser) => {
        const { messages } = await of.run<ChatPage>('chat:history', { channel, limit: 100 });
        return messages.filter(({ from }) => from.userId === ben.id).length;
      };
      expect([await history(anna), await history(cleo), await history(ben)]).toEqual([0, 2, 2]);
      await stage.unblock();
      const afterwards = `again ${channel} ${randomUUID()}`;
      await ben.run('chat:message', { channel, text: afterwards });
      await anna.client.waitForEvent('chat:message', (message) => message.text === afterwards);
    });

    it('messages of the blocked user are not replayed to a resumed session', async () => {
      await stage.block();
      const tab = await connect(anna.url, anna.accessToken, { reconnection: true, reconnectionDelay: 10 });
      // Without an offset the client could not resume.
      await cleo.run('chat:message', { channel: 'global', text: 'here' });
      await tab.waitForEvent('chat:message', ({ text }) => text === 'here');
      tab.socket.io.reconnection(false);
      tab.socket.io.engine.close();
      await ben.run('chat:message', { channel: 'global', text: 'hidden' });
      await cleo.run('chat:message', { channel: 'global', text: 'replayed' });
      tab.socket.connect();
      await tab.waitForEvent('chat:message', ({ text }) => text === 'replayed');
      expect(tab.socket.recovered).toBe(true);
      expect(tab.eventsNamed('chat:message').map(({ text }) => text)).toEqual(['here', 'replayed']);
    });
  });

  it('presence is hidden in both directions, and neither user gets events about the other', async () => {
    await anna.run('presence:subscribe', { userIds: [ben.id, cleo.id] });
    await ben.run('presence:subscribe', { userIds: [anna.id, cleo.id] });
    await stage.block();
    // Until the block took effect, each of them may have received the other's `player:online`.
    const before = new Map([anna, ben].map(({ client }) => [client, client.received.length]));
    const [block] = (await anna.run<{ blocks: { createdAt: string }[] }>('block:list', {})).blocks;
    const offline = { online: false, status: 'offline' };
    const lastOnline = { userId: anna.id, ...offline, lastSeen: block?.createdAt };
    expect(await presenceOf(ben, anna)).toEqual(lastOnline);
    expect(await presenceOf(anna, ben)).toEqual({ userId: ben.id, ...offline, lastSeen: null });
    expect(await presenceOf(cleo, anna)).toMatchObject({ online: true });
    const witness = await ConversationUser.connect(cleo.url);
    await witness.run('presence:subscribe', { userIds: [anna.id, ben.id] });
    /** The presence events about a user that a client got since the block. An update by Cleo marks the end of earlier events. */
    const presenceEventsOf = async ({ client }: ConversationUser, of: ConversationUser): Promise<unknown[]> => {
      const activity = randomUUID();
      await cleo.run('presence:update', { activity });
      await client.waitForEvent('player:status_change', (change) => change.activity === activity);
      const isAbout = (payload: unknown): boolean => (payload as { userId: string }).userId === of.id;
      const since = client.received.slice(before.get(client) ?? 0);
      return since.filter(({ event, payload }) => event.startsWith('player:') && isAbout(payload));
    };
    for (const user of [anna, ben]) {
      await user.run('presence:update', { status: 'busy' });
      await witness.client.waitForEvent('player:status_change', ({ userId }) => userId === user.id);
    }
    expect([await presenceEventsOf(anna, ben), await presenceEventsOf(ben, anna)]).toEqual([[], []]);
    ben.client.close();
    await witness.client.waitForEvent('player:offline', ({ userId }) => userId === ben.id);
    ben = await ben.connectTo(ben.url);
    await witness.client.waitForEvent('player:online', ({ userId }) => userId === ben.id);
    expect(await presenceEventsOf(anna, ben)).toEqual([]);
    await ben.run('presence:subscribe', { userIds: [anna.id, cleo.id] });
    anna.client.close();
    await witness.client.waitForEvent('player:offline', ({ userId }) => userId === anna.id);
    expect(await presenceEventsOf(ben, anna)).toEqual([]);
    expect(await presenceOf(ben, anna)).toEqual(lastOnline);
  });
});
