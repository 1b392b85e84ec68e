/** Transactions, callbacks after the commit and migrations on a real PostgreSQL. */
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { until } from '../../../../test/support/client';
import { failure, insert, names, ScratchDatabase } from '../../../../test/support/scratch-database';
import { databaseError, isUniqueViolation } from './database-error';

const scratch = new ScratchDatabase();

describe('a transaction', () => {
  it('is found by everything inside it and seen by nobody else before the commit', async () => {
    const database = await scratch.open();
    const other = await scratch.open();
    await database.transaction(async () => {
      await insert(database, 'one');
      expect(await names(database)).toEqual(['one']);
      expect(await names(other)).toEqual([]);
    });
    expect(await names(other)).toEqual(['one']);
  });

  it('is rolled back when its work fails, and passes the error on unchanged', async () => {
    const database = await scratch.open();
    const error = new Error('no');
    const work = database.transaction(async () => {
      await insert(database, 'one');
      throw error;
    });
    expect(await failure(work)).toBe(error);
    expect(await names(database)).toEqual([]);
  });

  it('is joined by one inside it', async () => {
    const database = await scratch.open();
    await failure(
      database.transaction(async () => {
        await database.transaction(() => insert(database, 'one'));
        throw new Error('no');
      }),
    );
    expect(await names(database)).toEqual([]);
  });

  it('is never committed by half: a failure of one that joined it counts although it was caught', async () => {
    const database = await scratch.open();
    const inner = async (): Promise<void> => {
      await insert(database, 'one');
      throw new Error('inner');
    };
    const work = database.transaction(() => database.transaction(inner).catch(() => undefined));
    await expect(work).rejects.toThrow('inner');
    expect(await names(database)).toEqual([]);
  });

  it('does not pretend to be committed after a statement that failed', async () => {
    const database = await scratch.open();
    const committed = jest.fn();
    const work = database.transaction(async () => {
      database.afterCommit(committed);
      await insert(database, 'one');
      await insert(database, 'one').catch(() => undefined);
    });
    await expect(work).rejects.toThrow(/its error was ignored/);
    expect(committed).not.toHaveBeenCalled();
    expect(await names(database)).toEqual([]);
  });

  it('is outside for what goes on after its end', async () => {
    const database = await scratch.open({ poolSize: 1 });
    let late = Promise.resolve();
    const end = new EventTarget();
    const ended = new Promise((resolve) => end.addEventListener('end', resolve));
    await database.transaction(async () => {
      late = ended.then(async () => {
        await insert(database, 'late');
      });
    });
    await failure(
      database.transaction(async () => {
        end.dispatchEvent(new Event('end'));
        await insert(database, 'rolled back');
        throw new Error('no');
      }),
    );
    await late;
    expect(await names(database)).toEqual(['late']);
  });

  it('tells a broken unique constraint by its name', async () => {
    const database = await scratch.open();
    await insert(database, 'one');
    const error = await failure(database.transaction(() => insert(database, 'one')));
    expect(isUniqueViolation(error, 'things_name_key')).toBe(true);
    expect(databaseError(error)).toBeNull();
  });

  it('ends a statement that takes too long before the command does', async () => {
    const database = await scratch.open();
    expect((await database.db.execute(sql`show statement_timeout`)).rows).toEqual([{ statement_timeout: '5s' }]);
    const work = database.transaction(async () => {
      await database.db.execute(sql`set local statement_timeout = 20`);
      await database.db.execute(sql`select pg_sleep(60)`);
    });
    expect(databaseError(await failure(work))).toMatchObject({ code: 'TIMEOUT', traits: { retryable: true } });
  });
});

describe('afterCommit', () => {
  it('waits for the outermost commit, and keeps the order', async () => {
    const database = await scratch.open();
    const other = await scratch.open();
    const seen: unknown[] = [];
    await database.transaction(async () => {
      await database.transaction(async () => {
        await insert(database, 'one');
        database.afterCommit(async () => seen.push('first', await names(other)));
      });
      database.afterCommit(() => seen.push('second'));
      expect(seen).toEqual([]);
    });
    expect(seen).toContain('second');
    await expect(names(other)).resolves.toEqual(['one']);
  });

  it('calls at once outside of a transaction', async () => {
    const database = await scratch.open();
    const called = jest.fn();
    database.afterCommit(called);
    expect(called).toHaveBeenCalledTimes(1);
  });

  it('keeps errors from the caller, and goes on', async () => {
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

  it('build the indexes beside them once when several nodes start together, and anew where one was cut off', async () => {
    scratch.writeIndexes(
      '-- One.\nCREATE INDEX CONCURRENTLY IF NOT EXISTS "things_first" ON things (name);\n' +
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS "things_second" ON things (name);\n',
    );
    const nodes = await Promise.all(Array.from({ length: 5 }, () => scratch.open({ poolSize: 1 })));
    const valid = async () => {
      const query = sql`select indexrelid::regclass::text as name from pg_index
        where indrelid = 'things'::regclass and indisvalid and not indisunique order by 1`;
      return (await nodes[0]!.db.execute(query)).rows;
    };
    const both = [{ name: 'things_first' }, { name: 'things_second' }];
    expect(await valid()).toEqual(both);
    await nodes[0]!.db.execute(sql`update pg_index set indisvalid = false where indexrelid = 'things_first'::regclass`);
    await scratch.open({ poolSize: 1 });
    expect(await valid()).toEqual(both);
  });

  it('that are wrong are told at once, and not tried again', async () => {
    scratch.writeMigration('create table things (name nonsense)');
    const database = scratch.create();
    await expect(database.open()).rejects.toThrow('The database cannot be migrated: type "nonsense" does not exist');
    expect(database.state).toBe('starting');
  });

  it('of a newer release are not touched: the older one says so and does not start', async () => {
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

  it('under way elsewhere are waited for, and it is told whom for', async () => {
    const told = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const other = new Client({ connectionString: scratch.url });
    await other.connect();
    const { rows } = await other.query<{ pid: number }>(
      'select pg_backend_pid() as pid, pg_advisory_lock($1)',
      [0x41_65_74_75],
    );
    const opening = scratch.open();
    await until(() => told.mock.calls.length > 0, 'it is told');
    expect(told.mock.calls[0]?.[0]).toMatchObject({
      message: expect.stringContaining(`is being migrated by another node (process ${rows[0]?.pid} of PostgreSQL`),
    });
    await other.end();
    expect(await names(await opening)).toEqual([]);
    told.mockRestore();
  });
});
