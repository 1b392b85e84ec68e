/** Absences service when PostgreSQL rejects one row: that row is dropped and logged, and the others are stored. */
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type AppConfig, Database, type Shutdown } from '@aeturnis/platform';
import type { Connection, ConnectionHooks, ConnectionRegistry, Presence } from '@aeturnis/realtime';
import { sql } from 'drizzle-orm';
import { waitUntil } from '../../../../../test/support/clients/client';
import { openDatabases, type OpenDatabases } from '../../../../../test/support/databases/open-databases';
import { AbsencesRepository } from './absences.repository';
import { AbsencesService } from './absences.service';

const rejectedUser = randomUUID();

let storage: OpenDatabases;
let database: Database;
let service: AbsencesService;
let closing: (connection: Connection) => void;
let stop: () => Promise<void>;
let warnings: jest.SpyInstance;
let errors: jest.SpyInstance;

beforeAll(async () => {
  storage = await openDatabases();
  ({ database } = storage);
  await database.db.execute(sql`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused by a trigger'; end $$`);
  await database.db.execute(sql`
    create trigger refuse before insert on notification_absences for each row
    when (new.user_id = ${sql.raw(`'${rejectedUser}'`)}) execute function refuse()`);
  warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  service = new AbsencesService(
    { pingIntervalMs: 25_000, pingTimeoutMs: 60_000 } as AppConfig,
    database,
    new AbsencesRepository(database),
    { onClosing: (hook: typeof closing) => void (closing = hook) } as unknown as ConnectionHooks,
    { onOffline: () => undefined, areOnlineAnywhere: () => Promise.resolve([]) } as unknown as Presence,
    { all: () => [].values() } as unknown as ConnectionRegistry,
    { register: (_stage: string, _name: string, end: typeof stop) => void (stop = end) } as unknown as Shutdown,
  );
  service.onModuleInit();
  service.onApplicationBootstrap();
});
afterAll(async () => {
  await stop();
  await storage.close();
  jest.restoreAllMocks();
});

const end = (userId: string): void =>
  closing({
    principal: { userId },
    recovered: false,
    ageMs: 1_000,
    delivered: { from: 1, until: 2 },
    takeDelivered: () => null,
  } as unknown as Connection);

async function isStored(userIds: readonly string[]): Promise<boolean> {
  const { rows } = await database.db.execute(sql`
    select from notification_absences where user_id = any(${sql.param([...userIds])}::uuid[])`);
  return rows.length === userIds.length;
}

it('absences: a row that PostgreSQL rejects is dropped and logged once, and all other rows are stored', async () => {
  const others = Array.from({ length: 120 }, () => randomUUID());
  for (const userId of others.slice(0, 60)) end(userId);
  end(rejectedUser);
  for (const userId of others.slice(60)) end(userId);
  await waitUntil(() => isStored(others), 'the others are stored');
  await waitUntil(() => errors.mock.calls.length > 0, 'the rejected row is dropped');
  expect(errors).toHaveBeenCalledTimes(1);
  expect(warnings).toHaveBeenCalledTimes(1);
  expect(errors.mock.calls[0]).toMatchObject([{ lost: { userId: rejectedUser }, error: { cause: { code: 'P0001' } } }]);
  // Later rows are stored, and the rejected one is not retried.
  const later = randomUUID();
  end(later);
  await waitUntil(() => isStored([later]), 'the later row is stored');
  expect([errors.mock.calls.length, warnings.mock.calls.length]).toEqual([1, 1]);
});
