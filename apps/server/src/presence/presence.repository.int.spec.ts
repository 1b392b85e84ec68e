/** Presence settings in PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { Database } from '@aeturnis/platform';
import { createMigratedDatabase, type TestDatabase } from '../../../../test/support/postgres';
import type { PresenceStatus } from '@aeturnis/contracts';
import { DEFAULT_SETTINGS } from './presence-view';
import { PresenceRepository } from './presence.repository';

const [EARLIER, LATER] = [new Date('2030-01-01T00:00:00.123Z'), new Date('2030-01-02T00:00:00.456Z')];

let storage: TestDatabase;
let database: Database;
let repository: PresenceRepository;

beforeAll(async () => {
  storage = await createMigratedDatabase();
  database = new Database({ url: storage.url, dataDir: '', poolSize: 5, migrationsFolder: 'apps/server/migrations' });
  await database.open();
  repository = new PresenceRepository(database);
});
afterAll(async () => {
  await database.close();
  await storage.drop();
});

const choose = (userId: string, status: PresenceStatus, lastSeenAt: Date | null = null): Promise<void> =>
  database.transaction(async () => {
    await repository.lock(userId);
    await repository.save(userId, { status, activity: 'fishing', lastSeenAt }, EARLIER);
  });

describe('PresenceRepository', () => {
  it('begins with the default and keeps what is chosen', async () => {
    const userId = randomUUID();
    expect(await repository.find([userId])).toEqual(new Map());
    await database.transaction(async () => {
      expect(await repository.lock(userId)).toEqual(DEFAULT_SETTINGS);
    });
    await choose(userId, 'busy');
    expect(await repository.find([userId, randomUUID()])).toEqual(
      new Map([[userId, { status: 'busy', activity: 'fishing', lastSeenAt: null }]]),
    );
    await repository.forget(userId);
    expect(await repository.find([userId])).toEqual(new Map());
  });

  it('lets changes of one user happen one after the other', async () => {
    const userId = randomUUID();
    const append = (letter: string): Promise<void> =>
      database.transaction(async () => {
        const before = await repository.lock(userId);
        await repository.save(userId, { ...before, activity: `${before.activity ?? ''}${letter}` }, EARLIER);
      });
    await Promise.all(['a', 'b', 'c'].map(append));
    const activity = (await repository.find([userId])).get(userId)?.activity ?? '';
    expect([...activity].sort().join('')).toBe('abc');
  });

  it('notes when a user has left, known before or not', async () => {
    const userId = randomUUID();
    expect(await repository.noteLeft(userId, EARLIER)).toBe(true);
    expect(await repository.noteLeft(userId, LATER)).toBe(true);
    expect((await repository.find([userId])).get(userId)).toEqual({ ...DEFAULT_SETTINGS, lastSeenAt: LATER });
  });

  it('does not note it of one who is invisible', async () => {
    const userId = randomUUID();
    await choose(userId, 'invisible', EARLIER);
    expect(await repository.noteLeft(userId, LATER)).toBe(false);
    expect((await repository.find([userId])).get(userId)?.lastSeenAt).toEqual(EARLIER);
  });
});
