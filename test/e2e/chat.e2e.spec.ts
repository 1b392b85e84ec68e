/** Chat as players know it: channels, whispers, emotes, typing and history, over real connections. */
import type { ChatEntry, WhisperEntry } from '@aeturnis/contracts';
import { closeClients, createCharacter, uniqueName } from '../support/client';
import { type Game, startGame } from '../support/game';
import { type Answer, call } from '../support/http';

let game: Game;
beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const page = (answer: unknown): { messages: (ChatEntry & WhisperEntry)[]; next?: string } => answer as never;
const texts = (answer: unknown): string[] => page(answer).messages.map(({ text }) => text);

describe('the global channel', () => {
  it('reaches everybody, all connections of the sender included, and acks what was stored', async () => {
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
      expect(await client.event('chat:message', ({ id }) => id === sent['id'])).toEqual(expected);
    }
    expect(new Date(String(sent['createdAt'])).toISOString()).toBe(sent['createdAt']);
  });

  it('keeps the order of a sender who does not wait for acks', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const said = ['one', 'two', 'three', 'four', 'five'];
    await Promise.all(said.map((text) => anna.client.send('chat:message', { channel: 'global', text })));
    await ben.client.settled();
    const heard = ben.client.all('chat:message').filter(({ from }) => from.userId === anna.id);
    expect(heard.map(({ text }) => text)).toEqual(said);
    const ids = heard.map(({ id }) => BigInt(id));
    expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0n))).toBe(true);
  });

  it('tells which character its author plays, under the name of the account', async () => {
    const anna = await game.play();
    await anna.client.send('chat:message', { channel: 'global', text: 'from the village' });
    const heard = await anna.client.event('chat:message', ({ text }) => text === 'from the village');
    expect(heard.from).toEqual({ userId: anna.id, characterId: anna.character.id, name: anna.name });
  });
});

describe('the zone channel', () => {
  it('reaches those who play in the zone, and nobody else', async () => {
    const [anna, ben] = [await game.play(), await game.play()];
    const idle = await game.join();
    await anna.client.send('chat:message', { channel: 'zone', text: 'who is here?' });
    const from = { userId: anna.id, characterId: anna.character.id, name: anna.character.name };
    for (const { client } of [anna, ben]) {
      expect(await client.event('chat:message', ({ channel }) => channel === 'zone')).toMatchObject({
        channel: 'zone',
        from,
        text: 'who is here?',
      });
    }
    await idle.client.settled();
    expect(idle.client.all('chat:message').filter(({ channel }) => channel === 'zone')).toEqual([]);
  });

  it.each(['chat:message', 'chat:emote', 'chat:typing', 'chat:history'])(
    'needs a character for %s',
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
  it.each(['guild', 'party'])('are closed to one who is in no %s', async (channel) => {
    const anna = await game.join();
    const refused = { success: false, error: { code: 'FORBIDDEN', message: `You are not in a ${channel}` } };
    expect(await anna.client.send('chat:message', { channel, text: 'hello' })).toMatchObject(refused);
    expect(await anna.client.send('chat:history', { channel })).toMatchObject(refused);
    expect(await anna.client.send('chat:typing', { channel })).toMatchObject(refused);
  });
});

describe('a whisper', () => {
  it('reaches all connections of both sides, and no third player', async () => {
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
    for (const client of [ben.client, benToo]) expect(await client.event('chat:whisper')).toEqual(entry);
    for (const client of [anna.client, annaToo]) {
      expect(await client.event('chat:whisper')).toEqual({ ...entry, clientId: 'w-1' });
    }
    await carl.client.settled();
    expect(carl.client.all('chat:whisper')).toEqual([]);
  });

  it('finds its receiver by the name of the account or of a character, in any case', async () => {
    const [anna, ben] = [await game.join(), await game.play()];
    for (const toName of [ben.name.toUpperCase(), ben.character.name.toUpperCase()]) {
      const sent = await anna.client.send('chat:whisper', { toName, text: `to ${toName}` });
      const heard = await ben.client.event('chat:whisper', ({ id }) => id === sent['id']);
      expect(heard.to).toEqual({ userId: ben.id, name: ben.name });
    }
    const sent = await anna.client.send('chat:whisper', {
      toUserId: ben.id.toUpperCase(),
      text: 'to an id in capitals',
    });
    await ben.client.event('chat:whisper', ({ id }) => id === sent['id']);
  });

  it('is refused to oneself and to nobody', async () => {
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

  it('comes under the display name of its author, as it is now, on connections opened before', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const displayName = `Añna ${uniqueName()}`.slice(0, 20);
    const rename = (name: string): Promise<Answer> =>
      call(game.server.url, 'PATCH', '/api/me', { token: anna.accessToken, body: { displayName: name } });
    expect(await rename(displayName)).toMatchObject({ status: 200, body: { displayName, login: anna.login } });
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'under a new name' });
    expect((await ben.client.event('chat:whisper')).from).toEqual({ userId: anna.id, name: displayName });
    const answered = await ben.client.send('chat:whisper', { toName: displayName.toUpperCase(), text: 'I see' });
    expect(answered).toMatchObject({ success: true });
    expect(await rename(anna.login)).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    expect(await rename('Moderator')).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    expect(await rename(ben.name)).toMatchObject({ status: 409, body: { error: { code: 'NAME_TAKEN' } } });
  });

  it('is kept for one who is offline', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    ben.client.close();
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'while you were out' });
    const again = await game.connect(ben);
    const history = await again.send('chat:history', { withUserId: anna.id });
    expect(page(history).messages).toMatchObject([
      { from: { userId: anna.id }, to: { userId: ben.id, name: ben.name }, text: 'while you were out' },
    ]);
  });
});

describe('an emote', () => {
  it('is shown to the zone, towards somebody in it', async () => {
    const [anna, ben] = [await game.play(), await game.play()];
    const targetId = ben.character.id;
    expect(await anna.client.send('chat:emote', { emote: 'wave', targetId })).toEqual({ success: true });
    expect(await ben.client.event('chat:emote')).toEqual({
      from: { userId: anna.id, characterId: anna.character.id, name: anna.character.name },
      emote: 'wave',
      targetId,
      timestamp: expect.any(Number),
    });
  });

  it('needs its target in the zone', async () => {
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
  it('is told to the others of the channel, and dropped when it comes too often', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const second = await game.connect(anna);
    expect(await anna.client.send('chat:typing', { channel: 'global' })).toEqual({ success: true });
    expect(await anna.client.send('chat:typing', { channel: 'global' })).toEqual({ success: true, dropped: true });
    expect(await ben.client.event('chat:typing')).toEqual({
      from: { userId: anna.id, name: anna.name },
      channel: 'global',
      timestamp: expect.any(Number),
    });
    for (const client of [anna.client, second]) {
      await client.settled();
      expect(client.all('chat:typing')).toEqual([]);
    }
    expect(ben.client.all('chat:typing')).toHaveLength(1);
  });

  it('to a user is told to that user alone', async () => {
    const [anna, ben, carl] = [await game.join(), await game.join(), await game.join()];
    await anna.client.send('chat:typing', { toUserId: ben.id });
    const told = await ben.client.event('chat:typing');
    expect(told).toEqual({ from: { userId: anna.id, name: anna.name }, timestamp: expect.any(Number) });
    await carl.client.settled();
    expect(carl.client.all('chat:typing')).toEqual([]);
  });
});

describe('the history', () => {
  it('is read backwards, page by page, the oldest message of a page first', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    for (const text of ['1', '2', '3', '4', '5']) await anna.client.send('chat:whisper', { toUserId: ben.id, text });
    const read = (more: object) => ben.client.send('chat:history', { withUserId: anna.id, limit: 2, ...more });
    const newest = await read({});
    expect(texts(newest)).toEqual(['4', '5']);
    const middle = await read({ before: newest['next'] });
    expect(texts(middle)).toEqual(['2', '3']);
    const oldest = await read({ before: middle['next'] });
    expect(texts(oldest)).toEqual(['1']);
    expect(page(oldest).next).toBeUndefined();
    expect(page(await read({ limit: 5 })).next).toBeUndefined();
    expect(texts(await read({ before: '1' }))).toEqual([]);
  });

  it('of the global channel holds what was sent, without the marks of clients', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const text = `remember ${anna.name}`;
    const sent = await anna.client.send('chat:message', { channel: 'global', text, clientId: 'mine' });
    const { messages } = page(await ben.client.send('chat:history', { channel: 'global', limit: 100 }));
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
  it('exports what it has said', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    await anna.client.send('chat:message', { channel: 'global', text: 'said by me' });
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'whispered by me' });
    await ben.client.send('chat:whisper', { toUserId: anna.id, text: 'whispered to me' });
    const { body } = await call(game.server.url, 'GET', '/api/me/export', { token: anna.accessToken });
    expect(body).toMatchObject({
      chat: [{ text: 'said by me' }, { text: 'whispered by me' }],
      presence: { status: 'online' },
    });
  });

  it('that is deleted takes its public words along, and leaves whispers to the other side', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const sent = await anna.client.send('chat:message', { channel: 'global', text: 'forget me' });
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'remember me' });
    const gone = anna.client.event('system:disconnected');
    const deleted = await call(game.server.url, 'DELETE', '/api/me', {
      token: anna.accessToken,
      body: { password: anna.password },
    });
    expect(deleted.status).toBe(204);
    await gone;
    const { messages } = page(await ben.client.send('chat:history', { channel: 'global', limit: 100 }));
    expect(messages.map(({ id }) => id)).not.toContain(sent['id']);
    expect(page(await ben.client.send('chat:history', { withUserId: anna.id })).messages).toMatchObject([
      { from: { userId: anna.id, name: 'deleted' }, text: 'remember me' },
    ]);
  });
});
