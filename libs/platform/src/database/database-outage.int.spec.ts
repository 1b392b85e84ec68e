/** PostgreSQL that is not there yet, goes away, and comes back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { Gate } from '../../../../test/support/gate';
import { become, failure, insert, names, ScratchDatabase } from '../../../../test/support/scratch-database';
import { databaseError } from './database-error';

const scratch = new ScratchDatabase();

describe('an outage', () => {
  it('at the start is waited for; until then everything is unavailable', async () => {
    const gate = await Gate.before(scratch.url);
    const database = scratch.create({ url: gate.url });
    const ready = database.open();
    expect(() => database.db).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE', retryAfterMs: expect.any(Number) }),
    );
    expect(await failure(database.transaction(async () => undefined))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await failure(database.ping())).toMatchObject({ code: 'UNAVAILABLE' });
    await gate.open();
    await ready;
    expect(database.state).toBe('ready');
    expect(await names(database)).toEqual([]);
    await database.close();
    await gate.shut();
  });

  it('later is noticed, fails what is under way and is over by itself', async () => {
    const gate = await Gate.before(scratch.url);
    await gate.open();
    const database = await scratch.open({ url: gate.url });
    await insert(database, 'before');

    const lost = become(database, 'lost');
    const underWay = database.transaction(async () => {
      await insert(database, 'half');
      await gate.shut();
      await insert(database, 'done');
    });
    expect(databaseError(await failure(underWay))?.code).toBe('UNAVAILABLE');
    await lost;
    expect(databaseError(await failure(names(database)))?.code).toBe('UNAVAILABLE');
    expect(await failure(database.transaction(() => insert(database, 'x')))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await failure(database.ping())).toMatchObject({ code: 'UNAVAILABLE' });

    const back = become(database, 'ready');
    await gate.open();
    await back;
    expect(await names(database)).toEqual(['before']);
    expect(await database.ping()).toBeGreaterThan(0);
    await database.close();
    await gate.shut();
  });

  it('of idle connections ends nothing', async () => {
    const database = await scratch.open();
    await names(database);
    const lost = become(database, 'lost');
    const back = lost.then(() => become(database, 'ready'));
    const killer = await scratch.open();
    await killer.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await back;
    expect(await names(database)).toEqual([]);
  });
});

describe('the embedded PostgreSQL', () => {
  it('is started, started again when it dies, and stopped after the last transaction', async () => {
    const database = await scratch.open({ url: undefined });
    await insert(database, 'kept');
    const back = become(database, 'lost').then(() => become(database, 'ready'));
    process.kill(
      Number(readFileSync(join(scratch.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
      'SIGKILL',
    );
    await back;
    expect(await names(database)).toEqual(['kept']);

    let closed: Promise<unknown> = Promise.resolve();
    await database.transaction(async () => {
      closed = Promise.all([database.close(), database.close()]);
      await insert(database, 'at the end');
    });
    await closed;

    const next = await scratch.open({ url: undefined });
    expect(await names(next)).toEqual(['at the end', 'kept']);
  });

  it('that cannot run is told at once', async () => {
    const first = await scratch.open({ url: undefined });
    await expect(scratch.create({ url: undefined }).open()).rejects.toThrow(/is used by another server/);
    await first.close();
  });

  it('is stopped also when it was still starting', async () => {
    const database = scratch.create({ url: undefined });
    const ready = failure(database.open());
    await database.close();
    expect(await ready).toMatchObject({ code: 'UNAVAILABLE' });
    await scratch.open({ url: undefined });
  });
});
