/** The embedded PostgreSQL: restarts, kills, second servers and unusable data directories. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { EmbeddedPostgres } from './embedded-postgres';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { isProcessAlive } from './process-identity';

const REPOSITORY = join(__dirname, '..', '..', '..', '..', '..');

let dataDir: string;
let running: EmbeddedPostgres[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'aeturnis-postgres-'));
  // If the tests run as root, PostgreSQL runs as another user, which must be able to enter the directory.
  chmodSync(dataDir, 0o755);
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(log?: (line: string) => void): Promise<EmbeddedPostgres> {
  const postgres = await EmbeddedPostgres.start({ dataDir, ...(log ? { log } : {}) });
  running.push(postgres);
  return postgres;
}

async function query({ url }: { url: string }, text: string): Promise<QueryResultRow[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<QueryResultRow>(text)).rows;
  } finally {
    await client.end();
  }
}

const pidFile = (): string => join(dataDir, 'postgres', 'postmaster.pid');
const postmasterPid = (): number => Number(readFileSync(pidFile(), 'utf8').split('\n')[0]);

async function killPostmaster(): Promise<void> {
  const pid = postmasterPid();
  process.kill(pid, 'SIGKILL');
  while (isProcessAlive({ pid })) await delay(10);
}

/** Starts a process that starts PostgreSQL, writes a row, prints the URL and runs until it is killed. */
async function ownerProcess(): Promise<{ url: string; kill(): Promise<void> }> {
  const program = `
    const { EmbeddedPostgres } = require('./libs/platform/src/database/embedded/embedded-postgres.ts');
    const { Client } = require('pg');
    EmbeddedPostgres.start({ dataDir: process.argv[1] }).then(async ({ url }) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query('create table kept as select 1 as one');
      process.stdout.write(url);
    });`;
  const child = spawn(process.execPath, ['-r', './test/support/typescript.cjs', '-e', program, dataDir], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [url] = (await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => Promise.reject(new Error('the owner has ended'))),
  ])) as [Buffer];
  return {
    url: url.toString(),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

it('start: creates a database with Unicode rules and durable commits, whose rows survive a restart', async () => {
  const first = await start();
  expect(await query(first, `select lower('ÄÖÜ') as lower, current_setting('fsync') as fsync`)).toEqual([
    { lower: 'äöü', fsync: 'on' },
  ]);
  await query(first, 'create table kept as select 1 as one');
  await first.stop();
  await expect(query(first, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  const second = await start();
  expect(second.wasTakenOver).toBe(false);
  expect(await query(second, 'select * from kept')).toEqual([{ one: 1 }]);
});

it('password: is readable by its owner only, and required to connect', async () => {
  const postgres = await start();
  expect(statSync(join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600);
  const stranger = new URL(postgres.url);
  stranger.password = 'guess';
  await expect(query({ url: stranger.href }, 'select 1')).rejects.toThrow(/password authentication failed/);
});

it('second server: is refused on the same data directory, also when several start at once', async () => {
  const outcomes = await Promise.allSettled([start(), start(), start()]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const message = `The data folder ${realpathSync(dataDir)} is used by another server (pid ${process.pid}).`;
  await expect(start()).rejects.toThrow(message);
  await expect(start()).rejects.toBeInstanceOf(EmbeddedPostgresError);
});

it('killed server: the next server takes its PostgreSQL over, with all rows', async () => {
  const owner = await ownerProcess();
  await expect(start()).rejects.toThrow(/is used by another server/);
  await owner.kill();
  const lines: string[] = [];
  const postgres = await start((line) => lines.push(line));
  expect(postgres.wasTakenOver).toBe(true);
  expect(postgres.url).toBe(owner.url);
  expect(lines).toEqual([expect.stringMatching(/PostgreSQL of a killed server still runs \(pid \d+\)/)]);
  expect(await query(postgres, 'select * from kept')).toEqual([{ one: 1 }]);
  await postgres.stop();
  await expect(query(postgres, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
});

it('killed PostgreSQL: the next start succeeds although another process has its process id', async () => {
  const first = await start();
  await query(first, 'create table kept as select 1 as one');
  const content = readFileSync(pidFile(), 'utf8');
  await killPostmaster();
  await first.stop();
  writeFileSync(pidFile(), content.replace(/^\d+/, String(process.pid)));
  const second = await start();
  expect(second.wasTakenOver).toBe(false);
  expect(await query(second, 'select * from kept')).toEqual([{ one: 1 }]);
});

it('killed PostgreSQL: restartIfStopped starts it on the same port', async () => {
  const postgres = await start();
  await query(postgres, 'create table kept as select 1 as one');
  const pid = postmasterPid();
  await postgres.restartIfStopped();
  expect(postmasterPid()).toBe(pid);
  await killPostmaster();
  await postgres.restartIfStopped();
  expect(await query(postgres, 'select * from kept')).toEqual([{ one: 1 }]);
});

it('killed first start: the next start creates the database again', async () => {
  mkdirSync(join(dataDir, 'postgres.new', 'data'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres.new', 'data', 'PG_VERSION'), '18\n');
  await query(await start(), 'select 1');
});

it('unusable data directory: is refused with the reason in one line', async () => {
  const postgres = await start();
  await postgres.stop();
  const cluster = join(dataDir, 'postgres');
  writeFileSync(join(cluster, 'PG_VERSION'), '11\n');
  await expect(start()).rejects.toThrow(
    /^The database in .* was created by PostgreSQL 11, and PostgreSQL \d+ is installed: .*$/,
  );
  rmSync(join(cluster, 'PG_VERSION'));
  await expect(start()).rejects.toThrow(/^.* is not a database: .*$/);
  writeFileSync(join(cluster, 'PG_VERSION'), '18\n');
  rmSync(join(dataDir, 'postgres-password'));
  await expect(start()).rejects.toThrow(/^The password of the database, .*, is missing: .*$/);
});

/** PostgreSQL refuses to run as root. It then runs as another user, which may have no access to the directories of root. */
const ROOT = process.getuid?.() === 0;

it('private data directory: contains the database, or a link to it if the user of PostgreSQL cannot enter', async () => {
  chmodSync(dataDir, 0o700);
  const lines: string[] = [];
  const first = await start((line) => lines.push(line));
  const inside = join(dataDir, 'postgres');
  const cluster = realpathSync(inside);
  try {
    expect(lines).toEqual(ROOT ? [expect.stringContaining(`the database is kept in ${cluster}`)] : []);
    expect(lstatSync(inside).isSymbolicLink()).toBe(ROOT);
    expect(statSync(cluster).mode & 0o777).toBe(0o700);
    await query(first, 'create table kept as select 1 as one');
    await first.stop();
    const second = await start();
    expect(await query(second, 'select * from kept')).toEqual([{ one: 1 }]);
    await second.stop();
  } finally {
    rmSync(cluster, { recursive: true });
  }
});

it('link to a missing database: is refused with advice', async () => {
  symlinkSync(join(dataDir, 'missing'), join(dataDir, 'postgres'));
  await expect(start()).rejects.toThrow(/^The database .* that .* points to is missing: restore it, or remove .*$/);
});
