/** Database: an unavailable PostgreSQL at the start, outages while running, and the embedded PostgreSQL. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { Gate } from '../../../../test/support/faults/gate';
import {
  waitForState,
  errorOf,
  insertThing,
  thingNames,
  ScratchDatabase,
} from '../../../../test/support/databases/scratch-database';
import { retryableQueryError } from './database-error';

const scratch = new ScratchDatabase();

describe('an outage of PostgreSQL', () => {
  it('at the start: the database connects when PostgreSQL answers, and is UNAVAILABLE before', async () => {
    const gate = await Gate.inFrontOf(scratch.url);
    const database = scratch.create({ url: gate.url });
    const ready = database.open();
    expect(() => database.db).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE', retryAfterMs: expect.any(Number) }),
    );
    expect(await errorOf(database.transaction(async () => undefined))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await errorOf(database.ping())).toMatchObject({ code: 'UNAVAILABLE' });
    await gate.open();
    await ready;
    expect(database.state).toBe('ready');
    expect(await thingNames(database)).toEqual([]);
    await database.close();
    await gate.close();
  });

  it('while running: the database is lost, running work fails as UNAVAILABLE, and the database reconnects', async () => {
    const gate = await Gate.openInFrontOf(scratch.url);
    const database = await scratch.open({ url: gate.url });
    await insertThing(database, 'before');

    const lost = waitForState(database, 'lost');
    const running = database.transaction(async () => {
      await insertThing(database, 'half');
      await gate.close();
      await insertThing(database, 'done');
    });
    expect(retryableQueryError(await errorOf(running))?.code).toBe('UNAVAILABLE');
    await lost;
    expect(retryableQueryError(await errorOf(thingNames(database)))?.code).toBe('UNAVAILABLE');
    expect(await errorOf(database.transaction(() => insertThing(database, 'x')))).toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(await errorOf(database.ping())).toMatchObject({ code: 'UNAVAILABLE' });

    const reconnected = waitForState(database, 'ready');
    await gate.open();
    await reconnected;
    expect(await thingNames(database)).toEqual(['before']);
    expect(await database.ping()).toBeGreaterThan(0);
    await database.close();
    await gate.close();
  });

  it('of idle connections: the database reconnects', async () => {
    const database = await scratch.open();
    await thingNames(database);
    const lost = waitForState(database, 'lost');
    const reconnected = lost.then(() => waitForState(database, 'ready'));
    const killer = await scratch.open();
    await killer.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await reconnected;
    expect(await thingNames(database)).toEqual([]);
  });
});

describe('the embedded PostgreSQL', () => {
  it('is started, restarted after a kill, and stopped after the last transaction', async () => {
    const database = await scratch.open({ url: undefined });
    await insertThing(database, 'kept');
    const restarted = waitForState(database, 'lost').then(() => waitForState(database, 'ready'));
    process.kill(
      Number(readFileSync(join(scratch.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
      'SIGKILL',
    );
    await restarted;
    expect(await thingNames(database)).toEqual(['kept']);

    let closed: Promise<unknown> = Promise.resolve();
    await database.transaction(async () => {
      closed = Promise.all([database.close(), database.close()]);
      await insertThing(database, 'at the end');
    });
    await closed;

    const next = await scratch.open({ url: undefined });
    expect(await thingNames(next)).toEqual(['at the end', 'kept']);
  });

  it('rejects the start if another server uses the data directory', async () => {
    const first = await scratch.open({ url: undefined });
    await expect(scratch.create({ url: undefined }).open()).rejects.toThrow(/is used by another server/);
    await first.close();
  });

  it('is stopped if the database is closed during its start', async () => {
    const database = scratch.create({ url: undefined });
    const ready = errorOf(database.open());
    await database.close();
    expect(await ready).toMatchObject({ code: 'UNAVAILABLE' });
    await scratch.open({ url: undefined });
  });
});
