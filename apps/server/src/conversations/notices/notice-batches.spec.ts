/** Notice batches: size limits, reports per batch, isolation of a failing conversation, retries and pacing. */
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
import type { LogRange } from '../log/conversation-log.repository';

const lockTimeout = (): Error => Object.assign(new DatabaseError('lock timeout', 1, 'error'), { code: '55P03' });
const rangesOf = (count: number, upTo = 1): LogRange[] =>
  Array.from({ length: count }, (_, n) => ({ conversationId: `c${n}`, after: 0, upTo }));

let now: number;
let failures: ReadonlyMap<string, Error>;
let attempted: LogRange[][];
let raised: LogRange[];
/** Members that each call notifies per conversation. */
let notified: number;
let batches: NoticeBatches;

beforeEach(() => {
  now = 0;
  failures = new Map();
  attempted = [];
  raised = [];
  notified = 1;
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  const notices: Pick<ConversationNotices, 'raise'> = {
    raise: async (batch) => {
      attempted.push([...batch]);
      for (const { conversationId } of batch) {
        const error = failures.get(conversationId);
        if (error) throw error;
      }
      return new Map(batch.map(({ conversationId }) => [conversationId, notified]));
    },
  };
  const clock: Clock = { now: () => now };
  batches = new NoticeBatches(notices as ConversationNotices, clock);
});
afterEach(() => jest.restoreAllMocks());

const raise = (given: readonly LogRange[]) =>
  batches.raise(given, async (batch) => {
    raised.push(...batch);
  });
const ids = (given: readonly LogRange[]) => given.map(({ conversationId }) => conversationId).sort();

it('reports each batch once it is stored', async () => {
  const given = rangesOf(3 * CONVERSATIONS_PER_BATCH + 1);
  await raise(given);
  expect(attempted.map(({ length }) => length)).toEqual([...Array(3).fill(CONVERSATIONS_PER_BATCH), 1]);
  expect(raised).toEqual(given);
});

it('raises a long range of one conversation part by part, in order', async () => {
  await raise(rangesOf(1, 2 * ENTRIES_PER_BATCH + 7));
  expect(raised.map(({ after, upTo }) => [after, upTo])).toEqual([
    [0, ENTRIES_PER_BATCH],
    [ENTRIES_PER_BATCH, 2 * ENTRIES_PER_BATCH],
    [2 * ENTRIES_PER_BATCH, 2 * ENTRIES_PER_BATCH + 7],
  ]);
});

it('stores all conversations except the failing one, and retries that one after the backoff', async () => {
  const given = rangesOf(2 * CONVERSATIONS_PER_BATCH);
  failures = new Map([['c7', lockTimeout()]]);
  await raise(given);
  expect(ids(raised)).toEqual(ids(given.filter(({ conversationId }) => conversationId !== 'c7')));

  const seventh = given.slice(7, 8);
  attempted = [];
  await raise(seventh);
  expect(attempted).toEqual([]);
  failures = new Map();
  now += 500;
  await raise(seventh);
  expect(raised.slice(-1)).toEqual(seventh);
});

it('drops the notifications of a conversation after the last attempt and logs an error', async () => {
  failures = new Map([['c0', lockTimeout()]]);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    expect(raised).toEqual([]);
    await raise(rangesOf(1));
    now += 60_000;
  }
  expect(raised).toEqual(rangesOf(1));
  expect(Logger.prototype.error).toHaveBeenCalledTimes(1);
});

it('drops only the conversation with a permanent error, at the first attempt', async () => {
  failures = new Map([['c1', new TypeError('no such property')]]);
  await raise(rangesOf(4));
  expect(ids(raised)).toEqual(['c0', 'c1', 'c2', 'c3']);
  expect(Logger.prototype.error).toHaveBeenCalledTimes(1);
});

it('stops in an outage, after reporting the batches that were stored before', async () => {
  failures = new Map([[`c${CONVERSATIONS_PER_BATCH}`, new AppError('UNAVAILABLE', 'away')]]);
  await expect(raise(rangesOf(3 * CONVERSATIONS_PER_BATCH))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(raised).toHaveLength(CONVERSATIONS_PER_BATCH);
  expect(attempted).toHaveLength(2);
});

it('pauses a conversation that notifies many members, then raises all entries since', async () => {
  notified = 1_000;
  const rangeTo = (after: number, upTo: number): LogRange => ({ conversationId: 'c0', after, upTo });
  await raise([rangeTo(0, 1)]);
  for (let upTo = 2; upTo <= 30; upTo++) {
    now += 100;
    await raise([rangeTo(1, upTo)]);
  }
  expect(attempted).toHaveLength(1);
  now = (notified * 1_000) / NOTICES_PER_SECOND;
  await raise([rangeTo(1, 31)]);
  expect(raised).toEqual([rangeTo(0, 1), rangeTo(1, 31)]);
});
