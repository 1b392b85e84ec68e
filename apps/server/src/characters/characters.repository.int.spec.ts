/** Characters in PostgreSQL: names, order, and places that are written in one statement. */
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { nameSkeleton } from '@aeturnis/contracts';
import { Database, isUniqueViolation } from '@aeturnis/platform';
import { createMigratedDatabase, type TestDatabase } from '../../../../test/support/postgres';
import type { Character, Place, VersionedPlace } from './character';
import { CharactersRepository } from './characters.repository';
import { startingStats } from './class-stats';
import { NameSkeletons } from './name-skeletons';
import { NameSkeletonsRepository } from './name-skeletons.repository';

const START: Place = { zone: 'starting_village', x: 100, y: 100, facing: 0, walkedUntil: 0 };
const NOW = 1_700_000_000_123;

let storage: TestDatabase;
let database: Database;
let repository: CharactersRepository;

beforeAll(async () => {
  Logger.overrideLogger(false);
  storage = await createMigratedDatabase();
  database = new Database({ url: storage.url, dataDir: '', poolSize: 5, migrationsFolder: 'apps/server/migrations' });
  await database.open();
  repository = new CharactersRepository(database);
});
afterAll(async () => {
  await database.close();
  await storage.drop();
});

async function add(name: string, accountId: string = randomUUID()): Promise<Character> {
  const stats = startingStats('mage');
  const character: Character = { id: randomUUID(), accountId, name, class: 'mage', level: 1, experience: 0, stats };
  await repository.insert(character, START);
  return character;
}

const placeOf = async ({ id }: Character): Promise<Place | undefined> => (await repository.byId(id))?.place;

describe('CharactersRepository', () => {
  it('gives back what it was given', async () => {
    const ann = await add('Ann');
    expect(await repository.byId(ann.id)).toEqual({ character: ann, place: START });
    expect(await repository.byName('aNN')).toEqual({ character: ann, place: START });
    expect(await repository.ofAccount(ann.accountId)).toEqual([{ character: ann, place: START }]);
    expect(await repository.byId(randomUUID())).toBeNull();
    expect(await repository.byName('Nobody')).toBeNull();
  });

  it('keeps each name once, in whatever case', async () => {
    await add('Straße');
    const error: unknown = await add('STRASSE').catch((reason: unknown) => reason);
    expect(isUniqueViolation(error, 'characters_name_key')).toBe(true);
  });

  it('keeps each name once among those that look alike', async () => {
    await add('Paul');
    const error: unknown = await add('PauI').catch((reason: unknown) => reason);
    expect(isUniqueViolation(error, 'characters_name_skeleton')).toBe(true);
  });

  it('computes the skeletons of names that are older than skeletons, also of two that look alike', async () => {
    const [first, second] = [await add('Rose'), await add('Lily')];
    const sql = (text: string) => database.db.execute(text);
    await sql(`update characters set name = 'Rоsе', name_skeleton = null where id = '${second.id}'`);
    await sql(`update characters set name_skeleton = null where id = '${first.id}'`);
    await new NameSkeletons(database, new NameSkeletonsRepository(database)).computeMissing();
    const { rows } = await sql(
      `select name_skeleton as skeleton from characters where id in ('${first.id}', '${second.id}')`,
    );
    const skeletons = rows.map(({ skeleton }) => skeleton);
    expect(skeletons).toContain(nameSkeleton('Rose'));
    expect(skeletons.filter((skeleton) => String(skeleton).startsWith(':'))).toHaveLength(1);
    expect(isUniqueViolation(await add('Roѕe').catch((reason: unknown) => reason), 'characters_name_skeleton')).toBe(
      true,
    );
  });

  it('removes only what belongs to the account', async () => {
    const [bob, cid] = [await add('Bob'), await add('Cid')];
    expect(await repository.remove(cid.accountId, bob.id)).toBe(false);
    expect(await repository.remove(bob.accountId, bob.id)).toBe(true);
    expect(await repository.remove(bob.accountId, bob.id)).toBe(false);
    const dan = await add('Dan', cid.accountId);
    expect((await repository.removeAll(cid.accountId)).sort()).toEqual([cid.id, dan.id].sort());
    expect(await repository.countOf(cid.accountId)).toBe(0);
  });

  it('saves the places of many at once, and of nobody else', async () => {
    const [eve, fay, gus] = [await add('Eve'), await add('Fay'), await add('Gus')];
    const there: Place = { zone: 'a "quoted", {odd} zone', x: 1.25, y: -0.5, facing: 3.14159, walkedUntil: NOW };
    const here: Place = { ...START, x: 7, walkedUntil: NOW + 1 };
    await repository.savePlaces(
      new Map([
        [eve.id, { ...there, stay: 1, step: 0 }],
        [randomUUID(), { ...there, stay: 1, step: 0 }],
        [fay.id, { ...here, stay: 1, step: 0 }],
      ]),
    );
    expect(await placeOf(eve)).toEqual(there);
    expect(await placeOf(fay)).toEqual(here);
    expect(await placeOf(gus)).toEqual(START);
    await repository.savePlaces(new Map());
  });

  it('never replaces a place by one of an earlier version, whichever is written last and whatever the clocks say', async () => {
    const hal = await add('Hal');
    const at = (x: number, version: Pick<VersionedPlace, 'stay' | 'step'>, walkedUntil = NOW): Promise<void> =>
      repository.savePlaces(new Map([[hal.id, { ...START, x, walkedUntil, ...version }]]));
    await at(2, { stay: 2, step: 7 });
    await at(1, { stay: 2, step: 6 }, NOW + 60_000);
    await at(1, { stay: 1, step: 99 }, NOW + 120_000);
    expect(await placeOf(hal)).toMatchObject({ x: 2, walkedUntil: NOW });
    await at(3, { stay: 2, step: 8 }, NOW - 60_000);
    expect(await placeOf(hal)).toMatchObject({ x: 3, walkedUntil: NOW - 60_000 });
    await at(4, { stay: 3, step: 0 });
    expect(await placeOf(hal)).toMatchObject({ x: 4 });
    await Promise.all([5, 9, 7, 8, 6].map((x) => at(x, { stay: 3, step: x })));
    expect(await placeOf(hal)).toMatchObject({ x: 9 });
  });

  it('numbers stays upwards, also for several who ask at once', async () => {
    const before = await repository.nextStay();
    const stays = await Promise.all(Array.from({ length: 20 }, () => repository.nextStay()));
    expect(new Set(stays).size).toBe(20);
    expect(Math.min(...stays)).toBeGreaterThan(before);
    expect(await repository.nextStay()).toBeGreaterThan(Math.max(...stays));
  });

  it('knows the zone of the character that was in the world last', async () => {
    const ida = await add('Ida');
    expect(await repository.lastZone(ida.accountId)).toBeNull();
    const jim = await add('Jim', ida.accountId);
    await repository.savePlaces(
      new Map([
        [ida.id, { ...START, zone: 'old', walkedUntil: NOW + 5, stay: 1, step: 0 }],
        [jim.id, { ...START, zone: 'new', walkedUntil: NOW, stay: 2, step: 0 }],
      ]),
    );
    expect(await repository.lastZone(ida.accountId)).toBe('new');
  });

  it('lets those who change the characters of one account wait for each other, and nobody else', async () => {
    const [mine, other] = [randomUUID(), randomUUID()];
    const order: string[] = [];
    let release: () => void = () => undefined;
    let locked: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const hasLock = new Promise<void>((resolve) => (locked = resolve));
    const first = database.transaction(async () => {
      await repository.lockAccount(mine);
      order.push('first has the lock');
      locked();
      await released;
      order.push('first is done');
    });
    await hasLock;
    await database.transaction(() => repository.lockAccount(other));
    const second = database.transaction(async () => {
      await repository.lockAccount(mine);
      order.push('second has the lock');
    });
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first has the lock', 'first is done', 'second has the lock']);
  });
});
