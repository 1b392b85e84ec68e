/** CharactersRepository on a real PostgreSQL: names, removal, versioned positions, stays and locks. */
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { nameSkeleton } from '@aeturnis/contracts';
import { Database, isUniqueViolation } from '@aeturnis/platform';
import { openDatabases, type OpenDatabases } from '../../../../test/support/databases/open-databases';
import type { Character, CharacterPosition, VersionedPosition } from './character';
import { CharactersRepository } from './characters.repository';
import { startingStats } from './progression/class-stats';
import { NameSkeletonBackfill } from './names/name-skeleton-backfill';
import { NameSkeletonsRepository } from './names/name-skeletons.repository';

const START: CharacterPosition = { zone: 'starting_village', x: 100, y: 100, facing: 0, walkedUntil: 0 };
const NOW = 1_700_000_000_123;

let storage: OpenDatabases;
let database: Database;
let repository: CharactersRepository;

beforeAll(async () => {
  Logger.overrideLogger(false);
  storage = await openDatabases();
  ({ database } = storage);
  repository = new CharactersRepository(database);
});
afterAll(() => storage.close());

async function add(name: string, accountId: string = randomUUID()): Promise<Character> {
  const stats = startingStats('mage');
  const character: Character = { id: randomUUID(), accountId, name, class: 'mage', level: 1, experience: 0, stats };
  await repository.insert(character, START);
  return character;
}

const positionOf = async ({ id }: Character): Promise<CharacterPosition | undefined> =>
  (await repository.findById(id))?.position;

describe('CharactersRepository', () => {
  it('finds a stored character by id, by name and by account', async () => {
    const ann = await add('Ann');
    expect(await repository.findById(ann.id)).toEqual({ character: ann, position: START });
    expect(await repository.findByName('aNN')).toEqual({ character: ann, position: START });
    expect(await repository.listByAccount(ann.accountId)).toEqual([{ character: ann, position: START }]);
    expect(await repository.findById(randomUUID())).toBeNull();
    expect(await repository.findByName('Nobody')).toBeNull();
  });

  it('refuses a name that differs from another only in case', async () => {
    await add('Straße');
    const error: unknown = await add('STRASSE').catch((reason: unknown) => reason);
    expect(isUniqueViolation(error, 'characters_name_key')).toBe(true);
  });

  it('refuses a name that looks like another', async () => {
    await add('Paul');
    const error: unknown = await add('PauI').catch((reason: unknown) => reason);
    expect(isUniqueViolation(error, 'characters_name_skeleton')).toBe(true);
  });

  it('backfills missing skeletons, also of two names that look alike', async () => {
    const [first, second] = [await add('Rose'), await add('Lily')];
    const sql = (text: string) => database.db.execute(text);
    await sql(`update characters set name = 'Rоsе', name_skeleton = null where id = '${second.id}'`);
    await sql(`update characters set name_skeleton = null where id = '${first.id}'`);
    await new NameSkeletonBackfill(database, new NameSkeletonsRepository(database)).computeMissing();
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

  it('removes only characters of the account', async () => {
    const [bob, cid] = [await add('Bob'), await add('Cid')];
    expect(await repository.remove(cid.accountId, bob.id)).toBe(false);
    expect(await repository.remove(bob.accountId, bob.id)).toBe(true);
    expect(await repository.remove(bob.accountId, bob.id)).toBe(false);
    const dan = await add('Dan', cid.accountId);
    expect((await repository.removeAll(cid.accountId)).sort()).toEqual([cid.id, dan.id].sort());
    expect(await repository.countByAccount(cid.accountId)).toBe(0);
  });

  it('saves the positions of several characters at once, and changes no other character', async () => {
    const [eve, fay, gus] = [await add('Eve'), await add('Fay'), await add('Gus')];
    const evePosition: CharacterPosition = {
      zone: 'a "quoted", {odd} zone',
      x: 1.25,
      y: -0.5,
      facing: 3.14159,
      walkedUntil: NOW,
    };
    const fayPosition: CharacterPosition = { ...START, x: 7, walkedUntil: NOW + 1 };
    await repository.savePositions(
      new Map([
        [eve.id, { ...evePosition, stay: 1, step: 0 }],
        [randomUUID(), { ...evePosition, stay: 1, step: 0 }],
        [fay.id, { ...fayPosition, stay: 1, step: 0 }],
      ]),
    );
    expect(await positionOf(eve)).toEqual(evePosition);
    expect(await positionOf(fay)).toEqual(fayPosition);
    expect(await positionOf(gus)).toEqual(START);
    await repository.savePositions(new Map());
  });

  it('never replaces a position with an older version, regardless of write order and timestamps', async () => {
    const hal = await add('Hal');
    const at = (x: number, version: Pick<VersionedPosition, 'stay' | 'step'>, walkedUntil = NOW): Promise<void> =>
      repository.savePositions(new Map([[hal.id, { ...START, x, walkedUntil, ...version }]]));
    await at(2, { stay: 2, step: 7 });
    await at(1, { stay: 2, step: 6 }, NOW + 60_000);
    await at(1, { stay: 1, step: 99 }, NOW + 120_000);
    expect(await positionOf(hal)).toMatchObject({ x: 2, walkedUntil: NOW });
    await at(3, { stay: 2, step: 8 }, NOW - 60_000);
    expect(await positionOf(hal)).toMatchObject({ x: 3, walkedUntil: NOW - 60_000 });
    await at(4, { stay: 3, step: 0 });
    expect(await positionOf(hal)).toMatchObject({ x: 4 });
    await Promise.all([5, 9, 7, 8, 6].map((x) => at(x, { stay: 3, step: x })));
    expect(await positionOf(hal)).toMatchObject({ x: 9 });
  });

  it('numbers stays in ascending order, also for concurrent calls', async () => {
    const before = await repository.nextStay();
    const stays = await Promise.all(Array.from({ length: 20 }, () => repository.nextStay()));
    expect(new Set(stays).size).toBe(20);
    expect(Math.min(...stays)).toBeGreaterThan(before);
    expect(await repository.nextStay()).toBeGreaterThan(Math.max(...stays));
  });

  it('findLastZone: returns the zone of the character that was in the world last', async () => {
    const ida = await add('Ida');
    expect(await repository.findLastZone(ida.accountId)).toBeNull();
    const jim = await add('Jim', ida.accountId);
    await repository.savePositions(
      new Map([
        [ida.id, { ...START, zone: 'old', walkedUntil: NOW + 5, stay: 1, step: 0 }],
        [jim.id, { ...START, zone: 'new', walkedUntil: NOW, stay: 2, step: 0 }],
      ]),
    );
    expect(await repository.findLastZone(ida.accountId)).toBe('new');
  });

  it('lockAccount: blocks transactions of the same account, and of no other account', async () => {
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
