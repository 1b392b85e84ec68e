/** Chat refuses floods and texts that break a window, and hides whispers and other zones from users who are not part of them. */
import type { ChatEntry } from '@aeturnis/contracts';
import { ChatRepository } from '../../apps/server/src/chat/chat.repository';
import { closeClients } from '../support/clients/client';
import { startGame, useGame } from '../support/servers/game';

const game = useGame();

const EMOJI = '😀';

describe('chat limits', () => {
  it('each channel accepts a burst of five messages, then refuses with retryAfterMs', async () => {
    const anna = await game.play();
    for (const channel of ['global', 'zone']) {
      const answers = await Promise.all(
        [1, 2, 3, 4, 5, 6].map((count) => anna.client.send('chat:message', { channel, text: `${channel} ${count}` })),
      );
      expect(answers.slice(0, 5).every(({ success }) => success)).toBe(true);
      const error = answers[5]?.error;
      expect(error).toMatchObject({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) });
      expect(error?.retryAfterMs).toBeGreaterThan(0);
      expect(error?.retryAfterMs).toBeLessThanOrEqual(6_000);
    }
  });

  it('all connections of a user share one budget', async () => {
    const anna = await game.join();
    const second = await game.connect(anna);
    const answers = [];
    for (const [index, client] of [anna.client, second, anna.client, second, anna.client, second].entries()) {
      answers.push(await client.send('chat:message', { channel: 'global', text: `message ${index}` }));
    }
    expect(answers.map(({ success }) => success)).toEqual([true, true, true, true, true, false]);
  });

  it('the same text is refused the fourth time, regardless of spelling and channel', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const say = (text: string) => anna.client.send('chat:message', { channel: 'global', text });
    expect(await say('Selling gold')).toMatchObject({ success: true });
    expect(await say('selling  GOLD')).toMatchObject({ success: true });
    expect(await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'selling gold' })).toMatchObject({
      success: true,
    });
    expect(await say('SELLING GOLD')).toMatchObject({
      error: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) },
    });
    expect(await say('something else')).toMatchObject({ success: true });
    const history = await ben.client.send('chat:history', { channel: 'global', limit: 100 });
    const accepted = (history['messages'] as ChatEntry[]).filter(({ from }) => from.userId === anna.id);
    expect(accepted.map(({ text }) => text)).toEqual(['Selling gold', 'selling  GOLD', 'something else']);
  });
});

it('with LIMITS=off messages are unlimited, and invalid ones are still refused', async () => {
  const unlimitedGame = await startGame({ LIMITS: 'off' });
  try {
    const anna = await unlimitedGame.join();
    const say = (text: string) => anna.client.send('chat:message', { channel: 'global', text });
    const answers = await Promise.all(Array.from({ length: 20 }, () => say('again')));
    expect(answers.every(({ success }) => success)).toBe(true);
    expect(await say('')).toMatchObject({ error: { code: 'VALIDATION' } });
  } finally {
    closeClients();
    await unlimitedGame.close();
  }
});

describe('chat text', () => {
  it.each([
    ['500 code points of two units each', EMOJI.repeat(500)],
    ['ten lines', Array(10).fill('line').join('\n')],
    ['four combining marks on a letter', `a${'\u0301'.repeat(4)}`],
    ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)> & "quotes" \u0027'],
    ['scripts from right to left', 'שלום عليكم'],
  ])('%s: is accepted and delivered unchanged', async (_, text) => {
    const [anna, ben] = [await game.join(), await game.join()];
    const sent = await anna.client.send('chat:message', { channel: 'global', text });
    expect(sent).toMatchObject({ success: true });
    expect((await ben.client.waitForEvent('chat:message', ({ id }) => id === sent['id'])).text).toBe(text);
    const history = await ben.client.send('chat:history', { channel: 'global', limit: 100 });
    expect((history['messages'] as ChatEntry[]).find(({ id }) => id === sent['id'])?.text).toBe(text);
  });

  it.each([
    ['501 code points', EMOJI.repeat(501)],
    ['an empty text', ''],
    ['white space', ' \n\t '],
    ['invisible characters', '\u200b\u200d\u3164'],
    ['a null character', 'a\u0000b'],
    ['control characters', 'a\u001b[31mb'],
    ['direction overrides', 'a\u202eb'],
    ['half of a surrogate pair', 'a\ud83d'],
    ['five combining marks in a row', `a${'\u0301'.repeat(5)}`],
    ['eleven lines', Array(11).fill('line').join('\n')],
    ['a number', 7],
    ['a list', ['hello']],
  ])('%s: is refused in messages and whispers', async (_, text) => {
    const [anna, ben] = [await game.join(), await game.join()];
    for (const [command, rest] of [
      ['chat:message', { channel: 'global' }],
      ['chat:whisper', { toUserId: ben.id }],
    ] as const) {
      expect(await anna.client.send(command, { ...rest, text })).toMatchObject({
        success: false,
        error: { code: 'VALIDATION', details: [{ field: 'text' }] },
      });
    }
  });

  it.each(['a\u0000b', 'x'.repeat(33), ' ', "'; drop table accounts; --", '%', 7, { $gt: '' }])(
    'a whisper to the name %j finds no receiver',
    async (toName) => {
      const anna = await game.join();
      const { error } = await anna.client.send('chat:whisper', { toName, text: 'hello' });
      expect(['VALIDATION', 'NOT_FOUND']).toContain(error?.code);
    },
  );

  it('a refused text is delivered to no other user', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    await anna.client.send('chat:message', { channel: 'global', text: '' });
    await ben.client.roundTrip();
    expect(ben.client.eventsNamed('chat:message').filter(({ from }) => from.userId === anna.id)).toEqual([]);
  });

  it.each([{ from: { userId: 'x' } }, { id: '1' }, { scope: 'elsewhere' }, { createdAt: '2000-01-01' }])(
    'a message with the extra property %j is refused',
    async (more) => {
      const anna = await game.join();
      expect(await anna.client.send('chat:message', { channel: 'global', text: 'hello', ...more })).toMatchObject({
        error: { code: 'VALIDATION' },
      });
    },
  );
});

describe('chat history', () => {
  it('a whisper is visible only to its sender and its receiver', async () => {
    const [anna, ben, carl] = [await game.join(), await game.join(), await game.join()];
    await anna.client.send('chat:whisper', { toUserId: ben.id, text: 'a secret' });
    for (const withUserId of [anna.id, ben.id]) {
      expect(await carl.client.send('chat:history', { withUserId })).toEqual({ success: true, messages: [] });
    }
    for (const channel of ['whisper', `whisper:${anna.id}:${ben.id}`]) {
      expect(await carl.client.send('chat:history', { channel })).toMatchObject({ error: { code: 'VALIDATION' } });
    }
    expect(await ben.client.send('chat:history', { withUserId: anna.id })).toMatchObject({
      messages: [{ text: 'a secret' }],
    });
  });

  it('messages of another zone are not in the history of the own zone', async () => {
    const anna = await game.play();
    await game.server.app
      .get(ChatRepository, { strict: false })
      .insert({ channel: 'zone', scope: 'elsewhere', from: { userId: anna.id, name: 'x' }, text: 'far away' });
    await anna.client.send('chat:message', { channel: 'zone', text: 'right here' });
    const history = await anna.client.send('chat:history', { channel: 'zone', limit: 100 });
    const texts = (history['messages'] as ChatEntry[]).map(({ text }) => text);
    expect(texts).toContain('right here');
    expect(texts).not.toContain('far away');
  });
});
