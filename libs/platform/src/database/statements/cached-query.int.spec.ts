/** cachedQuery on a real PostgreSQL: the connection it runs on, and the state it leaves there. */
import { eq, sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import {
  errorOf,
  insertThing,
  thingNames,
  ScratchDatabase,
} from '../../../../../test/support/databases/scratch-database';
import type { Database } from '../database';
import { type Placeholders, cachedQuery } from './cached-query';

const scratch = new ScratchDatabase();
const things = pgTable('things', { name: text('name') });

const byName = () =>
  cachedQuery((db, { name }: Placeholders<{ name: string }>) => db.select().from(things).where(eq(things.name, name)));
const insertion = () =>
  cachedQuery((db, { name }: Placeholders<{ name: string }>) => db.insert(things).values({ name }));

const inParallel = async <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe('a cached query', () => {
  it('runs in the transaction of the caller, also if the pool or another connection ran it before', async () => {
    const database = await scratch.open();
    const find = byName();
    const found = (name: string) => find(database.db, { name });
    expect(await found('mine')).toEqual([]);
    // Two concurrent transactions use two connections; the second round reuses them.
    for (const round of ['first', 'second']) {
      const errors = await inParallel(2, (index) => {
        const [mine, others] = [`${round} ${index}`, `${round} ${1 - index}`];
        return errorOf(
          database.transaction(async () => {
            await insertThing(database, mine);
            expect(await found(mine)).toEqual([{ name: mine }]);
            expect(await found(others)).toEqual([]);
            throw new Error('back');
          }),
        );
      });
      expect(errors).toEqual([new Error('back'), new Error('back')]);
      expect(await found(`${round} 0`)).toEqual([]);
    }
  });

  it('is rolled back or committed with the transaction of the caller', async () => {
    const database = await scratch.open();
    const add = insertion();
    await add(database.db, { name: 'outside' });
    const undone = database.transaction(async () => {
      await add(database.db, { name: 'undone' });
      throw new Error('back');
    });
    await errorOf(undone);
    await database.transaction(() => add(database.db, { name: 'done' }));
    expect(await thingNames(database)).toEqual(['done', 'outside']);
  });

  it('returns each of its concurrent callers their own result', async () => {
    const database = await scratch.open();
    const find = byName();
    await inParallel(20, (index) => insertThing(database, `${index}`));
    const findByIndex = (index: number) => find(database.db, { name: `${index}` });
    const inTransaction = (index: number) => database.transaction(() => findByIndex(index));
    const results = await Promise.all([inParallel(20, findByIndex), inParallel(20, inTransaction)]);
    const all = Array.from({ length: 20 }, (_, index) => [{ name: `${index}` }]);
    expect(results).toEqual([all, all]);
  });

  it('is built once for the pool and once for each connection of a transaction', async () => {
    const database = await scratch.open({ poolSize: 1 });
    const build = jest.fn((db: Database['db'], { name }: Placeholders<{ name: string }>) =>
      db.select().from(things).where(eq(things.name, name)),
    );
    const find = cachedQuery(build);
    for (const name of ['one', 'two', 'three']) {
      await find(database.db, { name });
      await database.transaction(() => find(database.db, { name }));
    }
    expect(build).toHaveBeenCalledTimes(2);
  });

  it('leaves no prepared statement on the connection', async () => {
    const database = await scratch.open({ poolSize: 1 });
    const find = byName();
    for (const name of ['one', 'two']) await find(database.db, { name });
    const { rows } = await database.db.execute(sql`select name, statement from pg_prepared_statements`);
    expect(rows).toEqual([]);
  });
});
