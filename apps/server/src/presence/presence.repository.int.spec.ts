/** Presence repository on a real database. */
import { randomUUID } from 'node:crypto';
import type { Database } from '@aeturnis/platform';
import { openDatabases, type OpenDatabases } from '../../../../test/support/databases/open-databases';
import type { PresenceStatus } from '@aeturnis/contracts';
import { DEFAULT_PRESENCE_SETTINGS } from './presence-view';
import { PresenceRepository } from './presence.repository';

const [EARLIER, LATER] = [new Date('2030-01-01T00:00:00.123Z'), new Date('2030-01-02T00:00:00.456Z')];

let storage: OpenDatabases;
let database: Database;
let repository: PresenceRepository;

beforeAll(async () => {
  storage = await openDatabases();
  ({ database } = storage);
  repository = new PresenceRepository(database);
});
afterAll(() => storage.close());

const choose = (userId: string, status: PresenceStatus, lastSeenAt: Date | null = null): Promise<void> =>
  database.transaction(async () => {
    await repository.lockSettings(userId);
    await repository.save(userId, { status, activity: 'fishing', lastSeenAt }, EARLIER);
  });

describe('PresenceRepository', () => {
  it('returns the default settings first, and stored settings after a change', async () => {
    const userId = randomUUID();
    expect(await repository.find([userId])).toEqual(new Map());
    await database.transaction(async () => {
      expect(await repository.lockSettings(userId)).toEqual(DEFAULT_PRESENCE_SETTINGS);
    });
    await choose(userId, 'busy');
    expect(await repository.find([userId, randomUUID()])).toEqual(
      new Map([[userId, { status: 'busy', activity: 'fishing', lastSeenAt: null }]]),
    );
    await repository.deleteSettings(userId);
    expect(await repository.find([userId])).toEqual(new Map());
  });

  it('serialises concurrent changes of one user', async () => {
    const userId = randomUUID();
    const append = (letter: string): Promise<void> =>
      database.transaction(async () => {
        const before = await repository.lockSettings(userId);
        await repository.save(userId, { ...before, activity: `${before.activity ?? ''}${letter}` }, EARLIER);
      });
    await Promise.all(['a', 'b', 'c'].map(append));
    const activity = (await repository.find([userId])).get(userId)?.activity ?? '';
    expect([...activity].sort().join('')).toBe('abc');
  });

  it('records the last seen time of users with and without stored settings', async () => {
    const userId = randomUUID();
    expect(await repository.recordLastSeen(userId, EARLIER)).toBe(true);
    expect(await repository.recordLastSeen(userId, LATER)).toBe(true);
    expect((await repository.find([userId])).get(userId)).toEqual({ ...DEFAULT_PRESENCE_SETTINGS, lastSeenAt: LATER });
  });

  it('does not record the last seen time of an invisible user', async () => {
    const userId = randomUUID();
    await choose(userId, 'invisible', EARLIER);
    expect(await repository.recordLastSeen(userId, LATER)).toBe(false);
    expect((await repository.find([userId])).get(userId)?.lastSeenAt).toEqual(EARLIER);
  });
});
