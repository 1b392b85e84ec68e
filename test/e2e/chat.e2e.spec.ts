/** Chat over real connections: channels, whispers, emotes, typing and history. */
import type { ChatEntry, WhisperEntry } from '@aeturnis/contracts';
import { ConnectionRegistry } from '@aeturnis/realtime';
import { createCharacter, uniqueName, waitUntil } from '../support/clients/client';
import { useGame } from '../support/servers/game';
import { type HttpAnswer, callApi } from '../support/clients/http';

const game = useGame();

const pageOf = (answer: unknown): { messages: (ChatEntry & WhisperEntry)[]; next?: string } => answer as never;
const texts = (answer: unknown): string[] => pageOf(answer).messages.map(({ text }) => text);

describe('the global channel', () => {
  it('reaches all clients, including all connections of the sender, and acks the stored message', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const second = await game.connect(anna);
    const sent = await anna.client.send('chat:message', { channel: 'global', text: 'hello', clientId: 'mark-1' });
    expect(sent).toEqual({ success: true, id: expect.stringMatching(/^\d+$/), createdAt: expect.any(String) });
    const expected = {
      id: sent['id'],
      channel: 'global',
      from: { userId: anna.id, name: anna.name },
      text: 'hello',
      createdAt: sent['createdAt'],
      clientId: 'mark-1',
    };
    for (const client of [anna.client, second, ben.client]) {
      expect(await client.waitForEvent('chat:message', ({ id }) => id === sent['id'])).toEqual(expected);
    }
    expect(new Date(String(sent['createdAt'])).toISOString()).toBe(sent['createdAt']);
  });

  it('keeps the order of a sender that does not wait for acks', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const sent = ['one', 'two', 'three', 'four', 'five'];
    await Promise.all(sent.map((text) => anna.client.send('chat:message', { channel: 'global', text })));
    await ben.client.roundTrip();
    const received = ben.client.eventsNamed('chat:message').filter(({ from }) => from.userId === anna.id);
    expect(received.map(({ text }) => text)).toEqual(sent);
    const ids = received.map(({ id }) => BigInt(id));
    expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0n))).toBe(true);
  });

  it('names the author by the account, with the id of the character in play', async () => {
    const anna = await game.play();
    await anna.client.send('chat:message', { channel: 'global', text: 'from the village' });
    const message = await anna.client.waitForEvent('chat:message', ({ text }) => text === 'from the village');
    expect(message.from).toEqual({ userId: anna.id, characterId: anna.character.id, name: anna.name });
  });
});

describe('the zone channel', () => {
  it('reaches the players in the zone, and no other client', async () => {
    const [anna, ben] = [await game.play(), await game.play()];
    const idle = await game.join();
    await anna.client.send('chat:message', { channel: 'zone', text: 'who is here?' });
    const from = { userId: anna.id, characterId: anna.character.id, name: anna.character.name };
    for (const { client } of [anna, ben]) {
      expect(await client.waitForEvent('chat:message', ({ channel }) => channel === 'zone')).toMatchObject({
        channel: 'zone',
        from,
        text: 'who is here?',
      });
    }
    await idle.client.roundTrip();
    expect(idle.client.eventsNamed('chat:message').filter(({ channel }) => channel === 'zone')).toEqual([]);
  });

  it.each(['chat:message', 'chat:emote', 'chat:typing', 'chat:history'])(
    'requires a character for %s',
    async (command) => {
      const anna = await game.join();
      const payload = { 'chat:message': { channel: 'zone', text: 'x' }, 'chat:emote': { emote: 'wave' } }[command];
      expect(await anna.client.send(command, payload ?? { channel: 'zone' })).toMatchObject({
        success: false,
        error: { code: 'NO_CHARACTER', retryable: false },
      });
    },
  );
});

describe('guild and party', () => {
  it.each(['guild', 'party'])('refuse a user without a %s', async (channel) => {
    const anna = await game.join();
    const refused = { success: false, error: { code: 'FORBIDDEN', message: `You are not in a ${channel}` } };
    expect(await anna.client.send('chat:message', { channel, text: 'hello' })).toMatchObject(refused);
    expect(await anna.client.send('chat:history', { channel })).toMatchObject(refused);
    expect(await anna.client.send('chat:typing', { channel })).toMatchObject(refused);
  });
});

describe('a whisper', () => {
  it('reaches all connections of both users, and no third user', async () => {
    const [anna, ben, carl] = [await game.join(), await game.join(), await game.join()];
    const [annaToo, benToo] = [await game.connect(anna), await game.connect(ben)];
    const sent = await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'psst', clientId: 'w-1' });
    const entry = {
      id: sent['id'],
      from: { userId: anna.id, name: anna.name },
      to: { userId: ben.id, name: ben.name },
      text: 'psst',
      createdAt: sent['createdAt'],
    };
    for (const client of [ben.client, benToo]) expect(await client.waitForEvent('chat:whisper')).toEqual(entry);
    for (const client of [anna.client, annaToo]) {
      expect(await client.waitForEvent('chat:whisper')).toEqual({ ...entry, clientId: 'w-1' });
    }
    await carl.client.roundTrip();
    expect(carl.client.eventsNamed('chat:whisper')).toEqual([]);
  });

  it('finds its recipient by the name of the account or of a character, in any case', async () => {
    const [anna, ben] = [await game.join(), await game.play()];
    for (const toName of [ben.name.toUpperCase(), ben.character.name.toUpperCase()]) {
      const sent = await anna.client.send('chat:whisper', { toName, text: `to ${toName}` });
      const whisper = await ben.client.waitForEvent('chat:whisper', ({ id }) => id === sent['id']);
      expect(whisper.to).toEqual({ userId: ben.id, name: ben.name });
    }
    const sent = await anna.client.send('chat:whisper', {
      toUserId: ben.id.toUpperCase(),
      text: 'to an id in capitals',
    });
    await ben.client.waitForEvent('chat:whisper', ({ id }) => id === sent['id']);
  });

  it('is refused to oneself and to unknown users', async () => {
    const anna = await game.join();
    const whisper = (to: object) => anna.client.send('chat:whisper', { ...to, text: 'hello?' });
    expect(await whisper({ toUserId: anna.id })).toMatchObject({ error: { code: 'VALIDATION' } });
    expect(await whisper({ toName: anna.name })).toMatchObject({ error: { code: 'VALIDATION' } });
    expect(await whisper({ toUserId: anna.id.toUpperCase() })).toMatchObject({ error: { code: 'VALIDATION' } });
    expect(await whisper({ toName: 'nobody_like_that' })).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const { login } = await game.join();
    expect(await whisper({ toName: login })).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await whisper({ toUserId: '00000000-0000-4000-8000-000000000000' })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    expect(await whisper({ toUserId: anna.id, toName: anna.name })).toMatchObject({ error: { code: 'VALIDATION' } });
    expect(await whisper({})).toMatchObject({ error: { code: 'VALIDATION' } });
  });

  it('carries the current display name of its author, also on connections opened before a rename', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const displayName = `Añna ${uniqueName()}`.slice(0, 20);
    const rename = (name: string): Promise<HttpAnswer> =>
      callApi(game.server.url, 'PATCH', '/api/me', { token: anna.accessToken, body: { displayName: name } });
    expect(await rename(displayName)).toMatchObject({ status: 200, body: { displayName, login: anna.login } });
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'under a new name' });
    expect((await ben.client.waitForEvent('chat:whisper')).from).toEqual({ userId: anna.id, name: displayName });
    const reply = await ben.client.send('chat:whisper', { toName: displayName.toUpperCase(), text: 'I see' });
    expect(reply).toMatchObject({ success: true });
    expect(await rename(anna.login)).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    expect(await rename('Moderator')).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    expect(await rename(ben.name)).toMatchObject({ status: 409, body: { error: { code: 'NAME_TAKEN' } } });
  });

  it('to a disconnected user is in the history when the user has reconnected', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    ben.client.close();
    const connections = game.server.app.get(ConnectionRegistry);
    await waitUntil(() => connections.ofUser(ben.id).size === 0, 'Ben is disconnected');
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'while you were out' });
    const reconnected = await game.connect(ben);
    const history = await reconnected.send('chat:history', { withUserId: anna.id });
    expect(pageOf(history).messages).toMatchObject([
      { from: { userId: anna.id }, to: { userId: ben.id, name: ben.name }, text: 'while you were out' },
    ]);
  });
});

describe('an emote', () => {
  it('is shown to the zone, with its target', async () => {
    const [anna, ben] = [await game.play(), await game.play()];
    const targetId = ben.character.id;
    expect(await anna.client.send('chat:emote', { emote: 'wave', targetId })).toEqual({ success: true });
    expect(await ben.client.waitForEvent('chat:emote')).toEqual({
      from: { userId: anna.id, characterId: anna.character.id, name: anna.character.name },
      emote: 'wave',
      targetId,
      timestamp: expect.any(Number),
    });
  });

  it('requires its target in the zone', async () => {
    const [anna, idle] = [await game.play(), await game.join()];
    const outside = await createCharacter(game.server.url, idle);
    for (const targetId of [outside.id, '00000000-0000-4000-8000-000000000000']) {
      expect(await anna.client.send('chat:emote', { emote: 'bow', targetId })).toMatchObject({
        error: { code: 'NOT_FOUND' },
      });
    }
    expect(await anna.client.send('chat:emote', { emote: 'explode' })).toMatchObject({ error: { code: 'VALIDATION' } });
  });
});

describe('typing', () => {
  it('is sent to the other users of the channel, and dropped when sent too often', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const second = await game.connect(anna);
    expect(await anna.client.send('chat:typing', { channel: 'global' })).toEqual({ success: true });
    expect(await anna.client.send('chat:typing', { channel: 'global' })).toEqual({ success: true, dropped: true });
    expect(await ben.client.waitForEvent('chat:typing')).toEqual({
      from: { userId: anna.id, name: anna.name },
      channel: 'global',
      timestamp: expect.any(Number),
    });
    for (const client of [anna.client, second]) {
      await client.roundTrip();
      expect(client.eventsNamed('chat:typing')).toEqual([]);
    }
    expect(ben.client.eventsNamed('chat:typing')).toHaveLength(1);
  });

  it('to a user is sent to that user alone', async () => {
    const [anna, ben, carl] = [await game.join(), await game.join(), await game.join()];
    await anna.client.send('chat:typing', { toUserId: ben.id });
    const typing = await ben.client.waitForEvent('chat:typing');
    expect(typing).toEqual({ from: { userId: anna.id, name: anna.name }, timestamp: expect.any(Number) });
    await carl.client.roundTrip();
    expect(carl.client.eventsNamed('chat:typing')).toEqual([]);
  });
});

describe('the history', () => {
  it('is read backwards in pages from the newest message; each page is in ascending order', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    for (const text of ['1', '2', '3', '4', '5']) await anna.client.send('chat:whisper', { toUserId: ben.id, text });
    const read = (more: object) => ben.client.send('chat:history', { withUserId: anna.id, limit: 2, ...more });
    const newest = await read({});
    expect(texts(newest)).toEqual(['4', '5']);
    const middle = await read({ before: newest['next'] });
    expect(texts(middle)).toEqual(['2', '3']);
    const oldest = await read({ before: middle['next'] });
    expect(texts(oldest)).toEqual(['1']);
    expect(pageOf(oldest).next).toBeUndefined();
    expect(pageOf(await read({ limit: 5 })).next).toBeUndefined();
    expect(texts(await read({ before: '1' }))).toEqual([]);
  });

  it('of the global channel has messages without the `clientId` that their author sent', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const text = `remember ${anna.name}`;
    const sent = await anna.client.send('chat:message', { channel: 'global', text, clientId: 'mine' });
    const { messages } = pageOf(await ben.client.send('chat:history', { channel: 'global', limit: 100 }));
    expect(messages.find(({ id }) => id === sent['id'])).toEqual({
      id: sent['id'],
      channel: 'global',
      from: { userId: anna.id, name: anna.name },
      text,
      createdAt: sent['createdAt'],
    });
  });

  it.each([{ limit: 0 }, { limit: 101 }, { limit: 1.5 }, { before: '-1' }, { before: '1; drop' }, { before: 7 }])(
    'refuses %j',
    async (wrong) => {
      const anna = await game.join();
      expect(await anna.client.send('chat:history', { channel: 'global', ...wrong })).toMatchObject({
        error: { code: 'VALIDATION' },
      });
    },
  );
});

describe('an account', () => {
  it('exports its messages', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    await anna.client.send('chat:message', { channel: 'global', text: 'said by me' });
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'whispered by me' });
    await ben.client.send('chat:whisper', { toUserId: anna.id, text: 'whispered to me' });
    const { body } = await callApi(game.server.url, 'GET', '/api/me/export', { token: anna.accessToken });
    expect(body).toMatchObject({
      chat: [{ text: 'said by me' }, { text: 'whispered by me' }],
      presence: { status: 'online' },
    });
  });

  it('that is deleted takes its public messages with it; its whispers stay for the other user', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const sent = await anna.client.send('chat:message', { channel: 'global', text: 'forget me' });
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'remember me' });
    const disconnected = anna.client.waitForEvent('system:disconnected');
    const deleted = await callApi(game.server.url, 'DELETE', '/api/me', {
      token: anna.accessToken,
      body: { password: anna.password },
    });
    expect(deleted.status).toBe(204);
    await disconnected;
    const { messages } = pageOf(await ben.client.send('chat:history', { channel: 'global', limit: 100 }));
    expect(messages.map(({ id }) => id)).not.toContain(sent['id']);
    expect(pageOf(await ben.client.send('chat:history', { withUserId: anna.id })).messages).toMatchObject([
      { from: { userId: anna.id, name: 'deleted' }, text: 'remember me' },
    ]);
  });
});
