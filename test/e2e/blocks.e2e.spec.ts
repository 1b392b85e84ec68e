/** Whom one has blocked is neither heard nor seen, and cannot tell: on one node, and on two. */
import { randomUUID } from 'node:crypto';
import type { ChatPage, EventName, PresenceView } from '@aeturnis/contracts';
import { BlockStage, PLACES } from '../support/block-stage';
import { closeClients, connect, createCharacter } from '../support/client';
import { command, request, type Talker } from '../support/conversation-cluster';

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

  const heardFromBen = (name: EventName): unknown[] =>
    anna.client.all(name).filter((payload) => JSON.stringify(payload).includes(ben.id));

  const play = async (...players: Talker[]): Promise<void> => {
    for (const player of players) {
      const { id: characterId } = await createCharacter(player.url, player);
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
      await stage.block();
      await stage.unblock();
      await ben.client.settled();
      expect(ben.client.received).toEqual([]);
    });

    it('is in the export of who made it alone, and goes with either account', async () => {
      await stage.block();
      await stage.change('block:add', cleo, anna);
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
      await stage.block();
      const sent = await command(ben, 'chat:whisper', { toName: anna.name, text: 'psst' });
      expect(sent).toEqual({ id: expect.any(String), createdAt: expect.any(String) });
      await ben.client.event('chat:whisper', ({ text }) => text === 'psst');
      await command(ben, 'chat:typing', { toUserId: anna.id });
      await stage.allIsHeard();
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
      await stage.block();
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
      await stage.allIsHeard();
      expect([...heardFromBen('chat:message'), ...heardFromBen('chat:typing'), ...heardFromBen('chat:emote')]).toEqual(
        [],
      );
      const history = async (of: Talker) => {
        const { messages } = await command<ChatPage>(of, 'chat:history', { channel, limit: 100 });
        return messages.filter(({ from }) => from.userId === ben.id).length;
      };
      expect([await history(anna), await history(cleo), await history(ben)]).toEqual([0, 2, 2]);
      await stage.unblock();
      const again = `again ${channel} ${randomUUID()}`;
      await command(ben, 'chat:message', { channel, text: again });
      await anna.client.event('chat:message', (message) => message.text === again);
    });

    it('what was said is not made up for after a short absence', async () => {
      await stage.block();
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
    await stage.block();
    // Until now they may have heard that the other has come.
    const before = new Map([anna, ben].map(({ client }) => [client, client.received.length]));
    const [block] = (await command<{ blocks: { createdAt: string }[] }>(anna, 'block:list', {})).blocks;
    const offline = { online: false, status: 'offline' };
    const gone = { userId: anna.id, ...offline, lastSeen: block?.createdAt };
    expect(await look(ben, anna)).toEqual(gone);
    expect(await look(anna, ben)).toEqual({ userId: ben.id, ...offline, lastSeen: null });
    expect(await look(cleo, anna)).toMatchObject({ online: true });
    const witness = await stage.cluster.talker(cleo.url);
    await command(witness, 'presence:subscribe', { userIds: [anna.id, ben.id] });
    /** What this player was told of that one, once all that was told before has arrived: then comes what Cleo does now. */
    const told = async ({ client }: Talker, of: Talker): Promise<unknown[]> => {
      const activity = randomUUID();
      await command(cleo, 'presence:update', { activity });
      await client.event('player:status_change', (change) => change.activity === activity);
      const about = (payload: unknown): boolean => (payload as { userId: string }).userId === of.id;
      const since = client.received.slice(before.get(client) ?? 0);
      return since.filter(({ event, payload }) => event.startsWith('player:') && about(payload));
    };
    for (const one of [anna, ben]) {
      await command(one, 'presence:update', { status: 'busy' });
      await witness.client.event('player:status_change', ({ userId }) => userId === one.id);
    }
    expect([await told(anna, ben), await told(ben, anna)]).toEqual([[], []]);
    ben.client.close();
    await witness.client.event('player:offline', ({ userId }) => userId === ben.id);
    ben.client = await connect(ben.url, ben.accessToken);
    await witness.client.event('player:online', ({ userId }) => userId === ben.id);
    expect(await told(anna, ben)).toEqual([]);
    await command(ben, 'presence:subscribe', { userIds: [anna.id, cleo.id] });
    anna.client.close();
    await witness.client.event('player:offline', ({ userId }) => userId === anna.id);
    expect(await told(ben, anna)).toEqual([]);
    expect(await look(ben, anna)).toEqual(gone);
  });
});
