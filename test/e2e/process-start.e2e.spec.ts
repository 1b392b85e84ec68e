/** A start that cannot succeed logs why in one line and leaves no process behind; a stop signal ends a start in any phase. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { EmbeddedPostgres } from '../../libs/platform/src/database/embedded/embedded-postgres';
import { waitUntil } from '../support/clients/client';
import { createTemporaryFolder, testEnvironment } from '../support/environment';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { SERVER_MAIN } from '../support/servers/server';
import { SmallDisk } from '../support/faults/small-disk';

interface Started {
  process: ChildProcess;
  output(): string;
  exited: Promise<number | null>;
}

const MAX_START_MS = 20_000;
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(environment: Record<string, string>): Started {
  const child = spawn(process.execPath, [SERVER_MAIN], {
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

/** The output without lines of level `info`. */
const printed = (output: string): string[] => output.split('\n').filter((line) => line !== '' && !/ info /.test(line));

describe('a start that cannot succeed: logs the reason and the remedy in one line, and leaves no process', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createMigratedDatabase();
  });
  afterAll(() => database.drop());

  const withUrl = (change: (url: URL) => void): Record<string, string> => {
    const url = new URL(database.url);
    change(url);
    return { DATABASE_URL: url.href };
  };

  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a wrong password',
      () => withUrl((url) => (url.password = 'wrong')),
      /^PostgreSQL at \S+ refuses the connection: password authentication failed for user "\w+"; correct the user and the password in DATABASE_URL$/,
    ],
    [
      'a database that does not exist',
      () => withUrl((url) => (url.pathname = '/none')),
      /^PostgreSQL at \S+ refuses the connection: database "none" does not exist; create the database, or correct its name in DATABASE_URL$/,
    ],
    [
      'a data folder that cannot be created',
      () => ({ DATA_DIR: '/proc/none/data' }),
      /^The embedded PostgreSQL in \/proc\/none\/data cannot be started: ENOENT: .*; set DATA_DIR to a folder that can be created, or set DATABASE_URL$/,
    ],
  ])(
    '%s',
    async (_, environment, line) => {
      const server = start(environment());
      const startedAt = performance.now();
      expect(await server.exited).toBe(1);
      expect(performance.now() - startedAt).toBeLessThan(MAX_START_MS);
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
      expect(await EmbeddedPostgres.findRunningUrl(dataDir)).toBeNull();
      expect(readdirSync(dataDir)).toEqual([]);
    } finally {
      disk.remove();
    }
  }, 60_000);
});

/** SIGHUP is the last signal that the program gets a listener for, and Node.js by itself has none: signals are deferred from then on. */
function isDeferringSignals({ process: { pid } }: Started): boolean {
  const [, caught = ''] = /^SigCgt:\s*(\S+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return parseInt(caught.slice(-1), 16) % 2 === 1;
}

const PHASES: [string, (dataDir: string, server: Started) => boolean][] = [
  ['the program is being loaded', (_, server) => isDeferringSignals(server)],
  ['the database is being made', (dataDir) => existsSync(join(dataDir, 'postgres.new'))],
  ['PostgreSQL is starting', (dataDir) => existsSync(join(dataDir, 'postgres', 'postmaster.pid'))],
  ['the tables are being made', (dataDir) => existsSync(join(dataDir, 'postgres', 'base', '16384', '2610'))],
];

it('a start that gets SIGTERM in any phase exits with 0, without an error, and stops its PostgreSQL', async () => {
  const outcomes = PHASES.map(async ([phase, isReached]) => {
    const dataDir = createTemporaryFolder();
    const server = start({ DATA_DIR: dataDir });
    await waitUntil(() => server.process.pid !== undefined && isReached(dataDir, server), phase, 60_000);
    server.process.kill('SIGTERM');
    const code = await server.exited;
    return {
      phase,
      code,
      output: printed(server.output()),
      postgres: await EmbeddedPostgres.findRunningUrl(dataDir),
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
