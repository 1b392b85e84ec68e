/** Session settings: the server's values override those of the role, which would change stored values or how they are read. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { HOSTILE_SETTINGS } from '../../../../../test/support/databases/hostile-settings';
import { ScratchDatabase } from '../../../../../test/support/databases/scratch-database';
import { commonDatabaseUrl } from '../../../../../test/support/service-urls';
import { StrictPooler } from '../../../../../test/support/databases/strict-pooler';
import type { Database } from '../database';

const scratch = new ScratchDatabase();
const HOSTILE = [
  ...HOSTILE_SETTINGS,
  ['DateStyle', 'SQL, DMY', 'ISO, MDY'],
  ['DateStyle', 'Postgres, YMD', 'ISO, MDY'],
  ['TimeZone', 'America/St_Johns', 'UTC'],
  ['default_transaction_isolation', 'serializable', 'read committed'],
  ['default_transaction_deferrable', 'on', 'off'],
  ['idle_session_timeout', '4s', '0'],
] as const;

let admin: Client;
let role: string;
let hostileUrl: string;

beforeEach(async () => {
  admin = new Client({ connectionString: commonDatabaseUrl() });
  await admin.connect();
  role = `role_${randomUUID().replaceAll('-', '')}`;
  await admin.query(`create role ${role} login superuser password 'hostile'`);
  const url = new URL(scratch.url);
  [url.username, url.password] = [role, 'hostile'];
  hostileUrl = url.href;
});

// The scratch database, which contains the objects of the role, has been dropped before.
afterEach(async () => {
  await admin.query(`drop role ${role}`);
  await admin.end();
});

const settingOf = async (database: Database, setting: string): Promise<unknown> => {
  const { rows } = await database.db.execute(sql`select current_setting(${setting}) as value`);
  return rows[0]?.value;
};

describe('a role with other settings', () => {
  it('one setting at a time: statements and transactions use the values of the server', async () => {
    const found: unknown[] = [];
    const expected: unknown[] = [];
    for (const [setting, value, right] of HOSTILE) {
      await admin.query(`alter role ${role} set ${setting} = '${value}'`);
      const database = await scratch.open({ url: hostileUrl, poolSize: 1 });
      found.push([setting, value, await settingOf(database, setting)]);
      found.push([setting, value, await database.transaction(() => settingOf(database, setting))]);
      expected.push([setting, value, right], [setting, value, right]);
      await database.close();
      await admin.query(`alter role ${role} reset ${setting}`);
    }
    expect(found).toEqual(expected);
  });

  it('all settings at once: values of every type are read as they were stored', async () => {
    scratch.writeMigration(
      `create table things (name text, at timestamptz, x double precision, bytes bytea, texts text[]);
       insert into things (name) values ('a\\b')`,
    );
    for (const [setting, value] of HOSTILE) await admin.query(`alter role ${role} set ${setting} = '${value}'`);
    const database = await scratch.open({ url: hostileUrl });
    expect((await database.db.execute(sql`select name from things`)).rows).toEqual([{ name: 'a\\b' }]);
    const at = new Date('2026-03-04T05:06:07.891Z');
    const stored = await database.transaction(async () => {
      const { rows } = await database.db.execute(
        sql`insert into things values ('ż \\ '' 密', ${at.toISOString()}, ${0.1 + 0.2}, '\\x00ff', array['NULL', null])
          returning *, at::date::text as day, extract(epoch from at) * 1000 as ms`,
      );
      return rows[0];
    });
    expect(stored).toMatchObject({
      name: "ż \\ ' 密",
      x: 0.1 + 0.2,
      bytes: Buffer.from([0, 255]),
      texts: ['NULL', null],
      day: '2026-03-04',
    });
    expect(new Date(String(stored?.at))).toEqual(at);
    expect(Number(stored?.ms)).toBe(at.getTime());
    await database.close();
  });
});

describe('a pooler that refuses startup parameters', () => {
  it('accepts the connection, and statements use the values of the server', async () => {
    const pooler = await StrictPooler.inFrontOf(scratch.url);
    const database = await scratch.open({ url: pooler.url });
    expect(await settingOf(database, 'statement_timeout')).toBe('5s');
    expect(await settingOf(database, 'DateStyle')).toBe('ISO, MDY');
    await database.close();
    await pooler.close();
  });
});
