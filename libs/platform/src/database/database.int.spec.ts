/** Transactions, callbacks after the commit and migrations on a real PostgreSQL. */
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { waitUntil } from '../../../../test/support/clients/client';
import { errorOf, insertThing, thingNames, ScratchDatabase } from '../../../../test/support/databases/scratch-database';
import { retryableQueryError, isUniqueViolation } from './database-error';

const scratch = new ScratchDatabase();

describe('a transaction', () => {
  it('is used by all queries inside it, and invisible to other connections before the commit', async () => {
    const database = await scratch.open();
    const other = await scratch.open();
    await database.transaction(async () => {
      await insertThing(database, 'one');
      expect(await thingNames(database)).toEqual(['one']);
      expect(await thingNames(other)).toEqual([]);
    });
    expect(await thingNames(other)).toEqual(['one']);
  });

  it('is rolled back when its work fails, and rethrows the error unchanged', async () => {
    const database = await scratch.open();
    const error = new Error('no');
    const work = database.transaction(async () => {
      await insertThing(database, 'one');
      throw error;
    });
    expect(await errorOf(work)).toBe(error);
    expect(await thingNames(database)).toEqual([]);
  });

  it('is joined by a nested transaction', async () => {
    const database = await scratch.open();
    await errorOf(
      database.transaction(async () => {
        await database.transaction(() => insertThing(database, 'one'));
        throw new Error('no');
      }),
    );
    expect(await thingNames(database)).toEqual([]);
  });

  it('is rolled back if a nested transaction failed, even if its error was caught', async () => {
    const database = await scratch.open();
    const inner = async (): Promise<void> => {
      await insertThing(database, 'one');
      throw new Error('inner');
    };
    const work = database.transaction(() => database.transaction(inner).catch(() => undefined));
    await expect(work).rejects.toThrow('inner');
    expect(await thingNames(database)).toEqual([]);
  });

  it('rejects and is rolled back after a failed statement, even if its error was caught', async () => {
    const database = await scratch.open();
    const committed = jest.fn();
    const work = database.transaction(async () => {
      database.afterCommit(committed);
      await insertThing(database, 'one');
      await insertThing(database, 'one').catch(() => undefined);
    });
    await expect(work).rejects.toThrow(/its error was ignored/);
    expect(committed).not.toHaveBeenCalled();
    expect(await thingNames(database)).toEqual([]);
  });

  it('is not used by work that continues after its end', async () => {
    const database = await scratch.open({ poolSize: 1 });
    let late = Promise.resolve();
    const end = new EventTarget();
    const ended = new Promise((resolve) => end.addEventListener('end', resolve));
    await database.transaction(async () => {
      late = ended.then(async () => {
        await insertThing(database, 'late');
      });
    });
    await errorOf(
      database.transaction(async () => {
        end.dispatchEvent(new Event('end'));
        await insertThing(database, 'rolled back');
        throw new Error('no');
      }),
    );
    await late;
    expect(await thingNames(database)).toEqual(['late']);
  });

  it('reports a unique violation with the name of the constraint', async () => {
    const database = await scratch.open();
    await insertThing(database, 'one');
    const error = await errorOf(database.transaction(() => insertThing(database, 'one')));
    expect(isUniqueViolation(error, 'things_name_key')).toBe(true);
    expect(retryableQueryError(error)).toBeNull();
  });

  it('cancels a statement after the statement timeout, as a retryable TIMEOUT', async () => {
    const database = await scratch.open();
    expect((await database.db.execute(sql`show statement_timeout`)).rows).toEqual([{ statement_timeout: '5s' }]);
    const work = database.transaction(async () => {
      await database.db.execute(sql`set local statement_timeout = 20`);
      await database.db.execute(sql`select pg_sleep(60)`);
    });
    expect(retryableQueryError(await errorOf(work))).toMatchObject({ code: 'TIMEOUT', traits: { retryable: true } });
  });
});

describe('afterCommit', () => {
  it('calls back after the outermost commit, in order of registration', async () => {
    const database = await scratch.open();
    const other = await scratch.open();
    const seen: unknown[] = [];
    await database.transaction(async () => {
      await database.transaction(async () => {
        await insertThing(database, 'one');
        database.afterCommit(async () => seen.push('first', await thingNames(other)));
      });
      database.afterCommit(() => seen.push('second'));
      expect(seen).toEqual([]);
    });
    expect(seen).toContain('second');
    await expect(thingNames(other)).resolves.toEqual(['one']);
  });

  it('calls back at once outside of a transaction', async () => {
    const database = await scratch.open();
    const called = jest.fn();
    database.afterCommit(called);
    expect(called).toHaveBeenCalledTimes(1);
  });

  it('does not rethrow errors of a callback, and calls the next one', async () => {
    const database = await scratch.open();
    const called = jest.fn();
    await database.transaction(async () => {
      database.afterCommit(() => {
        throw new Error('at once');
      });
      database.afterCommit(() => Promise.reject(new Error('later')));
      database.afterCommit(called);
    });
    expect(called).toHaveBeenCalledTimes(1);
  });
});

describe('migrations', () => {
  it('run once when several nodes start together', async () => {
    const nodes = await Promise.all(Array.from({ length: 5 }, () => scratch.open({ poolSize: 1 })));
    const { rows } = await nodes[0]!.db.execute(sql`select count(*)::int as applied from drizzle.__drizzle_migrations`);
    expect(rows).toEqual([{ applied: 1 }]);
  });

  it('build the indexes once when several nodes start together, and rebuild an invalid index', async () => {
    scratch.writeIndexes(
      '-- One.\nCREATE INDEX CONCURRENTLY IF NOT EXISTS "things_first" ON things (name);\n' +
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS "things_second" ON things (name);\n',
    );
    const nodes = await Promise.all(Array.from({ length: 5 }, () => scratch.open({ poolSize: 1 })));
    const validIndexes = async () => {
      const query = sql`select indexrelid::regclass::text as name from pg_index
        where indrelid = 'things'::regclass and indisvalid and not indisunique order by 1`;
      return (await nodes[0]!.db.execute(query)).rows;
    };
    const both = [{ name: 'things_first' }, { name: 'things_second' }];
    expect(await validIndexes()).toEqual(both);
    await nodes[0]!.db.execute(sql`update pg_index set indisvalid = false where indexrelid = 'things_first'::regclass`);
    await scratch.open({ poolSize: 1 });
    expect(await validIndexes()).toEqual(both);
  });

  it('reject the start at once if a migration fails', async () => {
    scratch.writeMigration('create table things (name nonsense)');
    const database = scratch.create();
    await expect(database.open()).rejects.toThrow('The database cannot be migrated: type "nonsense" does not exist');
    expect(database.state).toBe('starting');
  });

  it('reject the start if a newer release has migrated the database', async () => {
    const newer = await scratch.open();
    await newer.db.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', ${Date.UTC(2100, 0, 2)})`,
    );
    const older = scratch.create();
    await expect(older.open()).rejects.toThrow(
      'The database cannot be migrated: a newer release has changed it on 2100-01-02: start that release or a later one',
    );
    expect(older.state).toBe('starting');
  });

  it('wait for a node that is migrating, and log which one', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const other = new Client({ connectionString: scratch.url });
    await other.connect();
    const { rows } = await other.query<{ pid: number }>(
      'select pg_backend_pid() as pid, pg_advisory_lock($1)',
      [0x41_65_74_75],
    );
    const opening = scratch.open();
    await waitUntil(() => warn.mock.calls.length > 0, 'a warning is logged');
    expect(warn.mock.calls[0]?.[0]).toMatchObject({
      message: expect.stringContaining(`is being migrated by another node (process ${rows[0]?.pid} of PostgreSQL`),
    });
    await other.end();
    expect(await thingNames(await opening)).toEqual([]);
    warn.mockRestore();
  });
});
