/** Queries that are built once, on a real PostgreSQL: whose connection they run on, and what they leave on it. */
import { eq, sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { failure, insert, names, ScratchDatabase } from '../../../../test/support/scratch-database';
import type { Database } from './database';
import { type Placeholders, prepared } from './prepared';

const scratch = new ScratchDatabase();
const things = pgTable('things', { name: text('name') });

const byName = () =>
  prepared((db, { name }: Placeholders<{ name: string }>) => db.select().from(things).where(eq(things.name, name)));
const insertion = () => prepared((db, { name }: Placeholders<{ name: string }>) => db.insert(things).values({ name }));

const inParallel = async <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe('a prepared query', () => {
  it('runs in the transaction around it, also where the pool or another connection ran it before', async () => {
    const database = await scratch.open();
    const find = byName();
    const found = (name: string) => find(database.db, { name });
    expect(await found('mine')).toEqual([]);
    // Two at a time, so that each has a connection of its own; and again, over connections that were used before.
    for (const round of ['first', 'second']) {
      const errors = await inParallel(2, (index) => {
        const [mine, others] = [`${round} ${index}`, `${round} ${1 - index}`];
        return failure(
          database.transaction(async () => {
            await insert(database, mine);
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

  it('is rolled back, or committed, with the transaction around it', async () => {
    const database = await scratch.open();
    const add = insertion();
    await add(database.db, { name: 'outside' });
    const undone = database.transaction(async () => {
      await add(database.db, { name: 'undone' });
      throw new Error('back');
    });
    await failure(undone);
    await database.transaction(() => add(database.db, { name: 'done' }));
    expect(await names(database)).toEqual(['done', 'outside']);
  });

  it('gives each of those who run it at one time what they asked for', async () => {
    const database = await scratch.open();
    const find = byName();
    await inParallel(20, (index) => insert(database, `${index}`));
    const ask = (index: number) => find(database.db, { name: `${index}` });
    const inTransaction = (index: number) => database.transaction(() => ask(index));
    const answers = await Promise.all([inParallel(20, ask), inParallel(20, inTransaction)]);
    const all = Array.from({ length: 20 }, (_, index) => [{ name: `${index}` }]);
    expect(answers).toEqual([all, all]);
  });

  it('is built once for the pool and once for each connection of a transaction', async () => {
    const database = await scratch.open({ poolSize: 1 });
    const build = jest.fn((db: Database['db'], { name }: Placeholders<{ name: string }>) =>
      db.select().from(things).where(eq(things.name, name)),
    );
    const find = prepared(build);
    for (const name of ['one', 'two', 'three']) {
      await find(database.db, { name });
      await database.transaction(() => find(database.db, { name }));
    }
    expect(build).toHaveBeenCalledTimes(2);
  });

  it('leaves nothing on the connection that another one would have to know', async () => {
    const database = await scratch.open({ poolSize: 1 });
    const find = byName();
    for (const name of ['one', 'two']) await find(database.db, { name });
    const { rows } = await database.db.execute(sql`select name, statement from pg_prepared_statements`);
    expect(rows).toEqual([]);
  });
});
