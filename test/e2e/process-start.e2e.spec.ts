/** A start that cannot succeed says why in one line and leaves nothing behind; one that is told to end does so in any phase. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { EmbeddedPostgres } from '../../libs/platform/src/database/embedded/embedded-postgres';
import { until } from '../support/client';
import { temporaryFolder, testEnvironment } from '../support/environment';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { MAIN } from '../support/server';
import { SmallDisk } from '../support/small-disk';

interface Started {
  process: ChildProcess;
  output(): string;
  exited: Promise<number | null>;
}

const QUICKLY_MS = 20_000;
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(environment: Record<string, string>): Started {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      ...testEnvironment({ NODE_ENV: 'development', LOG_LEVEL: 'info', ...environment }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  }) as ChildProcess & { stdout: Readable; stderr: Readable };
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { process: child, output: () => output, exited: once(child, 'exit').then(([code]) => code as number | null) };
}

/** What is printed, without notices. */
const printed = (output: string): string[] => output.split('\n').filter((line) => line !== '' && !/ info /.test(line));

describe('a start that cannot succeed: one line says why and what to do, and nothing is left running', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createMigratedDatabase();
  });
  afterAll(() => database.drop());

  const changed = (change: (url: URL) => void): Record<string, string> => {
    const url = new URL(database.url);
    change(url);
    return { DATABASE_URL: url.href };
  };

  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a wrong password',
      () => changed((url) => (url.password = 'wrong')),
      /^PostgreSQL at \S+ refuses the connection: password authentication failed for user "\w+"; correct the user and the password in DATABASE_URL$/,
    ],
    [
      'a database that does not exist',
      () => changed((url) => (url.pathname = '/none')),
      /^PostgreSQL at \S+ refuses the connection: database "none" does not exist; create the database, or correct its name in DATABASE_URL$/,
    ],
    [
      'a data folder that cannot be made',
      () => ({ DATA_DIR: '/proc/none/data' }),
      /^The embedded PostgreSQL in \/proc\/none\/data cannot be started: ENOENT: .*; set DATA_DIR to a folder that can be made, or set DATABASE_URL$/,
    ],
  ])(
    '%s',
    async (_, environment, line) => {
      const server = start(environment());
      const startedAt = performance.now();
      expect(await server.exited).toBe(1);
      expect(performance.now() - startedAt).toBeLessThan(QUICKLY_MS);
      expect(printed(server.output())).toEqual([expect.stringMatching(line)]);
    },
    60_000,
  );

  it('a disk that is too small for a database', async () => {
    const disk = SmallDisk.create(8);
    try {
      const dataDir = join(disk.folder, 'data');
      const server = start({ DATA_DIR: dataDir });
      expect(await server.exited).toBe(1);
      expect(printed(server.output())).toEqual([
        expect.stringMatching(
          /^The disk of \S+ has \d MB left, and a new database takes 60: free some space, set DATA_DIR/,
        ),
      ]);
      expect(await EmbeddedPostgres.running(dataDir)).toBeNull();
      expect(readdirSync(dataDir)).toEqual([]);
    } finally {
      disk.remove();
    }
  }, 60_000);
});

const PHASES: [string, (dataDir: string, server: Started) => boolean][] = [
  ['the program is being loaded', () => true],
  ['the database is being made', (dataDir) => existsSync(join(dataDir, 'postgres.new'))],
  ['PostgreSQL is starting', (dataDir) => existsSync(join(dataDir, 'postgres', 'postmaster.pid'))],
  ['the tables are being made', (dataDir) => existsSync(join(dataDir, 'postgres', 'base', '16384', '2610'))],
];

it('told to end while it starts, in any phase: ends with 0, without an error, and takes its PostgreSQL with it', async () => {
  const outcomes = PHASES.map(async ([phase, isReached]) => {
    const dataDir = temporaryFolder();
    const server = start({ DATA_DIR: dataDir });
    await until(() => server.process.pid !== undefined && isReached(dataDir, server), phase, 60_000);
    // The program has begun to load.
    if (phase === PHASES[0]?.[0]) await new Promise((resolve) => setTimeout(resolve, 1_000));
    server.process.kill('SIGTERM');
    const code = await server.exited;
    return {
      phase,
      code,
      output: printed(server.output()),
      postgres: await EmbeddedPostgres.running(dataDir),
      locked: existsSync(join(dataDir, 'server.lock')),
    };
  });
  expect(await Promise.all(outcomes)).toEqual(
    PHASES.map(([phase]) => ({
      phase,
      code: 0,
      output: ['SIGTERM: closing (once more to hurry)'],
      postgres: null,
      locked: false,
    })),
  );
}, 120_000);
