/** When it is decided what has not reached users who have gone, without the network: also while the database or other nodes are away. */
import { Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import type { AppConfig, Database, Shutdown } from '@aeturnis/platform';
import { DatabaseError } from 'pg';
import type { Connection, ConnectionHooks, Connections, Presence, PresenceNews } from '@aeturnis/realtime';
import type { Absence, Delivered } from './absence';
import type { AbsencesRepository, ConnectionEnd } from './absences.repository';
import { AbsencesService } from './absences.service';

const DOUBT_MS = 25_000 + 60_000 + 30_000;

let closing: (connection: Connection, reason: string) => void;
let offline: (userId: string, attributes: object, news: PresenceNews) => void;
let stop: () => Promise<void>;
let open: Connection[];
let online: boolean[] | undefined;
let overdue: string[];
let isDatabaseAway: boolean;
let rows: Set<string>;
let ends: Omit<ConnectionEnd, 'openedMsAgo'>[];
let removed: string[];
let lookups: string[][];
let delivered: Delivered[];
let decided: string[];
let service: AbsencesService;

beforeEach(() => {
  jest.useFakeTimers();
  [open, overdue, ends, removed, lookups, delivered, decided] = [[], [], [], [], [], [], []];
  online = [];
  isDatabaseAway = false;
  rows = new Set();
  // In a form of functions, so that each fails where the database is away.
  const stored = <T>(result: () => T): Promise<T> =>
    isDatabaseAway ? Promise.reject(new AppError('UNAVAILABLE', 'the database is away')) : Promise.resolve(result());
  const repository: Partial<AbsencesRepository> = {
    record: (given) =>
      stored(() => {
        for (const { userId, confirmedUntil } of given) {
          ends.push({ userId, confirmedUntil });
          rows.add(userId);
        }
      }),
    recordUnknown: (userIds) => stored(() => userIds.forEach((userId) => rows.add(userId))),
    take: (userIds) => stored(() => userIds.filter((userId) => rows.delete(userId)).map((userId) => absent(userId))),
    overdue: () => stored(() => overdue.filter((userId) => rows.has(userId))),
    removeReturned: (userIds) =>
      stored(() => {
        removed.push(...userIds);
        for (const userId of userIds) rows.delete(userId);
      }),
  };
  service = new AbsencesService(
    { pingIntervalMs: 25_000, pingTimeoutMs: 60_000 } as AppConfig,
    { transaction } as unknown as Database,
    repository as AbsencesRepository,
    { onClosing: (hook: typeof closing) => void (closing = hook) } as unknown as ConnectionHooks,
    {
      onOffline: (listener: typeof offline) => void (offline = listener),
      areOnlineAnywhere: (userIds: string[]) => {
        lookups.push(userIds);
        return Promise.resolve(online);
      },
    } as unknown as Presence,
    { all: () => open.values() } as unknown as Connections,
    { register: (_stage: string, _name: string, end: typeof stop) => void (stop = end) } as unknown as Shutdown,
  );
  service.onAbsent((absences) => {
    decided.push(...absences.map(({ userId }) => userId));
    return Promise.resolve();
  });
  service.onDelivered((ranges) => stored(() => void delivered.push(...ranges)));
  service.onModuleInit();
  service.onApplicationBootstrap();
});
afterEach(async () => {
  await stop();
  jest.useRealTimers();
});

/** What a transaction that fails has stored is as if it had never been. */
async function transaction(run: () => Promise<void>): Promise<void> {
  const before = { rows: new Set(rows), decided: [...decided] };
  await run().catch((error: unknown) => {
    ({ rows, decided } = before);
    throw error;
  });
}

const locked = (): Error => Object.assign(new DatabaseError('locked', 1, 'error'), { code: '55P03' });
const absent = (userId: string): Absence => ({ userId, confirmedUntil: new Date(0) });
const connectionOf = (userId: string, range: { from: number; until: number } | null, recovered = false): Connection =>
  ({
    principal: { userId },
    recovered,
    ageMs: 1_000,
    delivered: range,
    takeDelivered: () => (range && range.until > range.from ? range : null),
  }) as unknown as Connection;
const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const leave = (userId: string, reach: PresenceNews['reach'] = 'all'): void => offline(userId, {}, { reach, turn: 1 });

it('absences: records what has arrived by a connection that has ended, and decides once its user is found gone', async () => {
  closing(connectionOf('ben', { from: 5, until: 9 }), 'transport close');
  await pass(1_000);
  expect(ends).toEqual([{ userId: 'ben', confirmedUntil: 9 }]);
  expect(delivered).toEqual([{ userId: 'ben', from: 5, until: 9 }]);
  expect(decided).toEqual([]);
  leave('ben');
  await pass(0);
  expect(decided).toEqual(['ben']);
});

it('absences: stores what has arrived before it decides, however soon a user is found gone', async () => {
  const order: string[] = [];
  service.onDelivered(() => Promise.resolve(void order.push('delivered')));
  service.onAbsent(() => Promise.resolve(void order.push('decided')));
  closing(connectionOf('ben', { from: 5, until: 9 }), 'transport close');
  leave('ben');
  await pass(0);
  expect(order).toEqual(['delivered', 'decided']);
});

it('absences: a connection that was recovered confirms what its predecessor was written, and adds nothing where it was written nothing', async () => {
  closing(connectionOf('ben', null, true), 'transport close');
  closing(connectionOf('cleo', { from: DOUBT_MS + 5, until: DOUBT_MS + 9 }, true), 'transport close');
  await pass(1_000);
  expect(ends).toEqual([{ userId: 'cleo', confirmedUntil: DOUBT_MS + 9 }]);
  expect(delivered).toEqual([{ userId: 'cleo', from: 5, until: DOUBT_MS + 9 }]);
});

it('absences: tells from time to time what has arrived by connections that stay open', async () => {
  open = [connectionOf('ben', { from: 5, until: 9 }), connectionOf('cleo', { from: 5, until: 5 })];
  await pass(16_000);
  expect(delivered).toEqual([{ userId: 'ben', from: 5, until: 9 }]);
  expect(ends).toEqual([]);
});

it('absences: a node that is cut off decides on nobody, neither at once nor later', async () => {
  overdue = ['ben'];
  online = undefined;
  closing(connectionOf('ben', { from: 5, until: 9 }), 'transport close');
  leave('ben', 'here');
  await pass(90_000);
  expect([decided, removed]).toEqual([[], []]);
  online = [false];
  await pass(31_000);
  expect(decided).toEqual(['ben']);
});

it('absences: decides later on those of whom nobody has decided, and forgets those who have come back', async () => {
  rows = new Set(['ben', 'cleo']);
  overdue = ['ben', 'cleo'];
  online = [false, true];
  await pass(31_000);
  expect([decided, removed]).toEqual([['ben'], ['cleo']]);
});

it('absences: decides on a user who was found gone while something was being stored, with one look at all of them', async () => {
  online = undefined;
  for (const userId of ['ben', 'ben', 'cleo']) service.stored(userId);
  await pass(1_000);
  expect([lookups, decided]).toEqual([
    [
      ['ben', 'cleo'],
      ['ben', 'cleo'],
    ],
    [],
  ]);
  online = [false, true];
  await pass(1_001);
  expect(decided).toEqual(['ben']);
  expect(lookups).toHaveLength(3);
});

it('absences: loses nothing while the database is away, and decides on a user alone where it failed for several', async () => {
  isDatabaseAway = true;
  closing(connectionOf('ben', { from: 5, until: 9 }), 'transport close');
  await pass(5_000);
  isDatabaseAway = false;
  await pass(1_000);
  expect([ends, delivered]).toEqual([[{ userId: 'ben', confirmedUntil: 9 }], [{ userId: 'ben', from: 5, until: 9 }]]);
  service.onAbsent((absences) =>
    absences.some(({ userId }) => userId === 'cleo') ? Promise.reject(locked()) : Promise.resolve(),
  );
  for (const userId of ['ben', 'cleo', 'dora']) leave(userId);
  await pass(0);
  expect([decided, [...rows]]).toEqual([['ben', 'dora'], ['cleo']]);
});

it('absences: gives up a user whom it cannot decide on for a reason that stays, and says so once', async () => {
  const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  service.onAbsent((absences) =>
    absences.some(({ userId }) => userId === 'cleo')
      ? Promise.reject(new TypeError('no such thing'))
      : Promise.resolve(),
  );
  for (const userId of ['ben', 'cleo']) leave(userId);
  await pass(0);
  expect([decided, [...rows]]).toEqual([['ben'], []]);
  overdue = ['cleo'];
  online = [false];
  await pass(62_000);
  expect(error).toHaveBeenCalledTimes(1);
  error.mockRestore();
});
