/** What chat refuses and hides: floods, texts that break windows, other people's whispers and other places' talk. */
import type { ChatEntry } from '@aeturnis/contracts';
import { ChatRepository } from '../../apps/server/src/chat/chat.repository';
import { closeClients } from '../support/client';
import { type Game, startGame } from '../support/game';

let game: Game;
beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const EMOJI = '😀';

describe('limits', () => {
  it('let five messages through at once on each channel, then tell when to come back', async () => {
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

  it('hold for all connections of a user together', async () => {
    const anna = await game.join();
    const second = await game.connect(anna);
    const answers = [];
    for (const [index, client] of [anna.client, second, anna.client, second, anna.client, second].entries()) {
      answers.push(await client.send('chat:message', { channel: 'global', text: `message ${index}` }));
    }
    expect(answers.map(({ success }) => success)).toEqual([true, true, true, true, true, false]);
  });

  it('refuse the same text the fourth time, however it is spelt and wherever it is said', async () => {
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
    const kept = (history['messages'] as ChatEntry[]).filter(({ from }) => from.userId === anna.id);
    expect(kept.map(({ text }) => text)).toEqual(['Selling gold', 'selling  GOLD', 'something else']);
  });
});

it('without limits, for load tests, anything may be said as often as one likes', async () => {
  const open = await startGame({ LIMITS: 'off' });
  try {
    const anna = await open.join();
    const say = (text: string) => anna.client.send('chat:message', { channel: 'global', text });
    const answers = await Promise.all(Array.from({ length: 20 }, () => say('again')));
    expect(answers.every(({ success }) => success)).toBe(true);
    expect(await say('')).toMatchObject({ error: { code: 'VALIDATION' } });
  } finally {
    closeClients();
    await open.close();
  }
});

describe('texts', () => {
  it.each([
    ['500 code points of two units each', EMOJI.repeat(500)],
    ['ten lines', Array(10).fill('line').join('\n')],
    ['four combining marks on a letter', `a${'\u0301'.repeat(4)}`],
    ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)> & "quotes" \u0027'],
    ['scripts from right to left', 'שלום عليكم'],
  ])('of %s are taken, and come out as they went in', async (_, text) => {
    const [anna, ben] = [await game.join(), await game.join()];
    const sent = await anna.client.send('chat:message', { channel: 'global', text });
    expect(sent).toMatchObject({ success: true });
    expect((await ben.client.event('chat:message', ({ id }) => id === sent['id'])).text).toBe(text);
    const history = await ben.client.send('chat:history', { channel: 'global', limit: 100 });
    expect((history['messages'] as ChatEntry[]).find(({ id }) => id === sent['id'])?.text).toBe(text);
  });

  it.each([
    ['501 code points', EMOJI.repeat(501)],
    ['nothing', ''],
    ['white space', ' \n\t '],
    ['characters nobody sees', '\u200b\u200d\u3164'],
    ['a null character', 'a\u0000b'],
    ['control characters', 'a\u001b[31mb'],
    ['overrides of the direction', 'a\u202eb'],
    ['half of a surrogate pair', 'a\ud83d'],
    ['five combining marks in a row', `a${'\u0301'.repeat(5)}`],
    ['eleven lines', Array(11).fill('line').join('\n')],
    ['no text at all', 7],
    ['a list', ['hello']],
  ])('of %s are refused, said or whispered', async (_, text) => {
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
    'in a receiver’s name find nobody: %j',
    async (toName) => {
      const anna = await game.join();
      const { error } = await anna.client.send('chat:whisper', { toName, text: 'hello' });
      expect(['VALIDATION', 'NOT_FOUND']).toContain(error?.code);
    },
  );

  it('that are refused reach nobody', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    await anna.client.send('chat:message', { channel: 'global', text: '' });
    await ben.client.settled();
    expect(ben.client.all('chat:message').filter(({ from }) => from.userId === anna.id)).toEqual([]);
  });

  it.each([{ from: { userId: 'x' } }, { id: '1' }, { scope: 'elsewhere' }, { createdAt: '2000-01-01' }])(
    'may not bring %j along',
    async (more) => {
      const anna = await game.join();
      expect(await anna.client.send('chat:message', { channel: 'global', text: 'hello', ...more })).toMatchObject({
        error: { code: 'VALIDATION' },
      });
    },
  );
});

describe('other people’s talk', () => {
  it('that was whispered is read by its two sides alone', async () => {
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

  it('in another zone is not in the history of the own', async () => {
    const anna = await game.play();
    await game.server.app
      .get(ChatRepository, { strict: false })
      .insert({ channel: 'zone', scope: 'elsewhere', from: { userId: anna.id, name: 'x' }, text: 'far away' });
    await anna.client.send('chat:message', { channel: 'zone', text: 'right here' });
    const history = await anna.client.send('chat:history', { channel: 'zone', limit: 100 });
    const heard = (history['messages'] as ChatEntry[]).map(({ text }) => text);
    expect(heard).toContain('right here');
    expect(heard).not.toContain('far away');
  });
});
