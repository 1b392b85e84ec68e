/** Absences service with fake time and storage: when users are notified of undelivered messages, also during outages. */
import { Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import type { AppConfig, Database, Shutdown } from '@aeturnis/platform';
import { DatabaseError } from 'pg';
import type {
  Connection,
  ConnectionHooks,
  ConnectionRegistry,
  Presence,
  PresenceAnnouncement,
} from '@aeturnis/realtime';
import type { Absence, DeliveredInterval } from './absence';
import type { AbsencesRepository, ConnectionEnd } from './absences.repository';
import { AbsencesService } from './absences.service';

const DETECTION_MS = 25_000 + 60_000 + 30_000;

let closing: (connection: Connection, reason: string) => void;
let offline: (userId: string, attributes: object, announcement: PresenceAnnouncement) => void;
let stop: () => Promise<void>;
let open: Connection[];
let online: boolean[] | undefined;
let overdue: string[];
let isDatabaseDown: boolean;
let rows: Set<string>;
let ends: Omit<ConnectionEnd, 'openedMsAgo'>[];
let removed: string[];
let lookups: string[][];
let delivered: DeliveredInterval[];
let processed: string[];
let service: AbsencesService;

beforeEach(() => {
  jest.useFakeTimers();
  [open, overdue, ends, removed, lookups, delivered, processed] = [[], [], [], [], [], [], []];
  online = [];
  isDatabaseDown = false;
  rows = new Set();
  // Takes a function, so that nothing is stored while the database is unreachable.
  const stored = <T>(result: () => T): Promise<T> =>
    isDatabaseDown ? Promise.reject(new AppError('UNAVAILABLE', 'database outage')) : Promise.resolve(result());
  const repository: Partial<AbsencesRepository> = {
    record: (given) =>
      stored(() => {
        for (const { userId, confirmedUntil } of given) {
          ends.push({ userId, confirmedUntil });
          rows.add(userId);
        }
      }),
    recordUnreported: (userIds) => stored(() => userIds.forEach((userId) => rows.add(userId))),
    takePending: (userIds) =>
      stored(() => userIds.filter((userId) => rows.delete(userId)).map((userId) => absent(userId))),
    findOverdue: () => stored(() => overdue.filter((userId) => rows.has(userId))),
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
    { all: () => open.values() } as unknown as ConnectionRegistry,
    { register: (_stage: string, _name: string, end: typeof stop) => void (stop = end) } as unknown as Shutdown,
  );
  service.onAbsent((absences) => {
    processed.push(...absences.map(({ userId }) => userId));
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

/** Rolls back the rows and the processed users when the work fails. */
async function transaction(run: () => Promise<void>): Promise<void> {
  const before = { rows: new Set(rows), processed: [...processed] };
  await run().catch((error: unknown) => {
    ({ rows, processed } = before);
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
const leave = (userId: string, reach: PresenceAnnouncement['reach'] = 'all'): void =>
  offline(userId, {}, { reach, changeSeq: 1 });

it('absences: records deliveries at the end of a connection, and processes the user once it is offline', async () => {
  closing(connectionOf('ben', { from: 5, until: 9 }), 'transport close');
  await pass(1_000);
  expect(ends).toEqual([{ userId: 'ben', confirmedUntil: 9 }]);
  expect(delivered).toEqual([{ userId: 'ben', from: 5, until: 9 }]);
  expect(processed).toEqual([]);
  leave('ben');
  await pass(0);
  expect(processed).toEqual(['ben']);
});

it('absences: stores deliveries before it processes a user that goes offline at once', async () => {
  const order: string[] = [];
  service.onDelivered(() => Promise.resolve(void order.push('delivered')));
  service.onAbsent(() => Promise.resolve(void order.push('processed')));
  closing(connectionOf('ben', { from: 5, until: 9 }), 'transport close');
  leave('ben');
  await pass(0);
  expect(order).toEqual(['delivered', 'processed']);
});

it('absences: a recovered connection confirms the events of its predecessor, and adds nothing without deliveries', async () => {
  closing(connectionOf('ben', null, true), 'transport close');
  closing(connectionOf('cleo', { from: DETECTION_MS + 5, until: DETECTION_MS + 9 }, true), 'transport close');
  await pass(1_000);
  expect(ends).toEqual([{ userId: 'cleo', confirmedUntil: DETECTION_MS + 9 }]);
  expect(delivered).toEqual([{ userId: 'cleo', from: 5, until: DETECTION_MS + 9 }]);
});

it('absences: stores deliveries over open connections periodically', async () => {
  open = [connectionOf('ben', { from: 5, until: 9 }), connectionOf('cleo', { from: 5, until: 5 })];
  await pass(16_000);
  expect(delivered).toEqual([{ userId: 'ben', from: 5, until: 9 }]);
  expect(ends).toEqual([]);
});

it('absences: a node that is cut off from the others processes no user until it is reconnected', async () => {
  overdue = ['ben'];
  online = undefined;
  closing(connectionOf('ben', { from: 5, until: 9 }), 'transport close');
  leave('ben', 'here');
  await pass(90_000);
  expect([processed, removed]).toEqual([[], []]);
  online = [false];
  await pass(31_000);
  expect(processed).toEqual(['ben']);
});

it('absences: the sweep processes overdue users that are offline, and deletes absences of users that are online', async () => {
  rows = new Set(['ben', 'cleo']);
  overdue = ['ben', 'cleo'];
  online = [false, true];
  await pass(31_000);
  expect([processed, removed]).toEqual([['ben'], ['cleo']]);
});

it('absences: checkLater processes users that went offline while a message was stored, with one presence request', async () => {
  online = undefined;
  for (const userId of ['ben', 'ben', 'cleo']) service.checkLater(userId);
  await pass(1_000);
  expect([lookups, processed]).toEqual([
    [
      ['ben', 'cleo'],
      ['ben', 'cleo'],
    ],
    [],
  ]);
  online = [false, true];
  await pass(1_001);
  expect(processed).toEqual(['ben']);
  expect(lookups).toHaveLength(3);
});

it('absences: keeps all items during a database outage, and retries users alone when a batch fails', async () => {
  isDatabaseDown = true;
  closing(connectionOf('ben', { from: 5, until: 9 }), 'transport close');
  await pass(5_000);
  isDatabaseDown = false;
  await pass(1_000);
  expect([ends, delivered]).toEqual([[{ userId: 'ben', confirmedUntil: 9 }], [{ userId: 'ben', from: 5, until: 9 }]]);
  service.onAbsent((absences) =>
    absences.some(({ userId }) => userId === 'cleo') ? Promise.reject(locked()) : Promise.resolve(),
  );
  for (const userId of ['ben', 'cleo', 'dora']) leave(userId);
  await pass(0);
  expect([processed, [...rows]]).toEqual([['ben', 'dora'], ['cleo']]);
});

it('absences: drops a user on a permanent error and logs it once', async () => {
  const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  service.onAbsent((absences) =>
    absences.some(({ userId }) => userId === 'cleo')
      ? Promise.reject(new TypeError('no such thing'))
      : Promise.resolve(),
  );
  for (const userId of ['ben', 'cleo']) leave(userId);
  await pass(0);
  expect([processed, [...rows]]).toEqual([['ben'], []]);
  overdue = ['cleo'];
  online = [false];
  await pass(62_000);
  expect(error).toHaveBeenCalledTimes(1);
  error.mockRestore();
});
