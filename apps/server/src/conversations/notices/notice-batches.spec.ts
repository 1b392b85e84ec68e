/** Batches of notifications: bounded in size, counted one by one, and narrowed down to the conversation that fails. */
import { Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import type { Clock } from '@aeturnis/realtime';
import { DatabaseError } from 'pg';
import type { ConversationNotices } from './conversation-notices';
import {
  CONVERSATIONS_PER_BATCH,
  ENTRIES_PER_BATCH,
  MAX_ATTEMPTS,
  NoticeBatches,
  NOTICES_PER_SECOND,
} from './notice-batches';
import type { Stretch } from './notices.repository';

const lockTimeout = (): Error => Object.assign(new DatabaseError('lock timeout', 1, 'error'), { code: '55P03' });
const stretches = (count: number, upTo = 1): Stretch[] =>
  Array.from({ length: count }, (_, n) => ({ conversationId: `c${n}`, after: 0, upTo }));

let now: number;
let poison: ReadonlyMap<string, Error>;
let attempted: Stretch[][];
let raised: Stretch[];
/** Members of each conversation that each call notifies. */
let notified: number;
let batches: NoticeBatches;

beforeEach(() => {
  now = 0;
  poison = new Map();
  attempted = [];
  raised = [];
  notified = 1;
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  const notices: Pick<ConversationNotices, 'raise'> = {
    raise: async (batch) => {
      attempted.push([...batch]);
      for (const { conversationId } of batch) {
        const error = poison.get(conversationId);
        if (error) throw error;
      }
      return new Map(batch.map(({ conversationId }) => [conversationId, notified]));
    },
  };
  const clock: Clock = { now: () => now };
  batches = new NoticeBatches(notices as ConversationNotices, clock);
});
afterEach(() => jest.restoreAllMocks());

const raise = (given: readonly Stretch[]) =>
  batches.raise(given, async (batch) => {
    raised.push(...batch);
  });
const ids = (given: readonly Stretch[]) => given.map(({ conversationId }) => conversationId).sort();

it('counts each batch as soon as it is stored', async () => {
  const given = stretches(3 * CONVERSATIONS_PER_BATCH + 1);
  await raise(given);
  expect(attempted.map(({ length }) => length)).toEqual([...Array(3).fill(CONVERSATIONS_PER_BATCH), 1]);
  expect(raised).toEqual(given);
});

it('raises a long range of one conversation part by part, in order', async () => {
  await raise(stretches(1, 2 * ENTRIES_PER_BATCH + 7));
  expect(raised.map(({ after, upTo }) => [after, upTo])).toEqual([
    [0, ENTRIES_PER_BATCH],
    [ENTRIES_PER_BATCH, 2 * ENTRIES_PER_BATCH],
    [2 * ENTRIES_PER_BATCH, 2 * ENTRIES_PER_BATCH + 7],
  ]);
});

it('holds up nobody but the conversation that fails, and tries that one again later', async () => {
  const given = stretches(2 * CONVERSATIONS_PER_BATCH);
  poison = new Map([['c7', lockTimeout()]]);
  await raise(given);
  expect(ids(raised)).toEqual(ids(given.filter(({ conversationId }) => conversationId !== 'c7')));

  const [, , , , , , , seventh] = given as [Stretch, Stretch, Stretch, Stretch, Stretch, Stretch, Stretch, Stretch];
  attempted = [];
  await raise([seventh]);
  expect(attempted).toEqual([]);
  poison = new Map();
  now += 500;
  await raise([seventh]);
  expect(raised.at(-1)).toEqual(seventh);
});

it('gives up what fails every time, and says so', async () => {
  poison = new Map([['c0', lockTimeout()]]);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    expect(raised).toEqual([]);
    await raise(stretches(1));
    now += 60_000;
  }
  expect(raised).toEqual(stretches(1));
  expect(Logger.prototype.error).toHaveBeenCalledTimes(1);
});

it('gives up at once what cannot succeed, and that alone', async () => {
  poison = new Map([['c1', new TypeError('no such property')]]);
  await raise(stretches(4));
  expect(ids(raised)).toEqual(['c0', 'c1', 'c2', 'c3']);
  expect(Logger.prototype.error).toHaveBeenCalledTimes(1);
});

it('stops in an outage, in which nothing would succeed, and has counted what was stored before', async () => {
  poison = new Map([[`c${CONVERSATIONS_PER_BATCH}`, new AppError('UNAVAILABLE', 'away')]]);
  await expect(raise(stretches(3 * CONVERSATIONS_PER_BATCH))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(raised).toHaveLength(CONVERSATIONS_PER_BATCH);
  expect(attempted).toHaveLength(2);
});

it('a conversation that notifies many does so again once they are paid for in time, with all that was said meanwhile', async () => {
  notified = 1_000;
  const stretch = (after: number, upTo: number): Stretch => ({ conversationId: 'c0', after, upTo });
  await raise([stretch(0, 1)]);
  for (let upTo = 2; upTo <= 30; upTo++) {
    now += 100;
    await raise([stretch(1, upTo)]);
  }
  expect(attempted).toHaveLength(1);
  now = (notified * 1_000) / NOTICES_PER_SECOND;
  await raise([stretch(1, 31)]);
  expect(raised).toEqual([stretch(0, 1), stretch(1, 31)]);
});
