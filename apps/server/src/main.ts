/** The process: starts the server, says where it is, and ends it in order when told to. */
import './held-signals';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import {
  ConfigError,
  DatabaseRefusedError,
  EmbeddedPostgresError,
  EvictionError,
  MigrationError,
} from '@aeturnis/platform';
import { ListenError, type RunningServer, startServer } from './server';
import { BrokenWorldError } from './world';

async function main(): Promise<void> {
  // A promise that nobody waited for is a fault to be mended, not a reason to throw every player out.
  process.on('unhandledRejection', (error) => new Logger('Process').error({ message: 'unhandled rejection', error }));
  const starting = startServer();
  // From the first moment on: what has been started must be stopped. SIGHUP: the terminal or the launcher is gone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(starting, signal));
  // With the terminal goes what is read of the output; an error there must not end the process before PostgreSQL is stopped.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  const server = await starting;
  try {
    await server.ready;
  } catch (error) {
    // Told to end before the database was there: that is no failure.
    if (server.closing) return;
    // The embedded PostgreSQL would outlive this process.
    await server.close();
    throw error;
  }
  process.stdout.write(banner(server));
}

async function end(starting: Promise<RunningServer>, signal: NodeJS.Signals): Promise<void> {
  // A start that fails reports its error and stops by itself.
  const server = await starting.catch(() => null);
  // Whoever hangs up does so several times, and is in no hurry.
  if (!server || (signal === 'SIGHUP' && server.closing)) return;
  process.stdout.write(`${signal}: closing (once more to hurry)\n`);
  await server.close();
  process.exit(0);
}

function banner({ url, socketUrl, config }: RunningServer): string {
  return [
    '',
    `  Aeturnis Realtime is ready (${Math.round(process.uptime() * 10) / 10} s)`,
    `  Sockets   ${socketUrl}`,
    `  API       ${url}/${config.docsOn ? 'docs' : 'api'}`,
    `  Health    ${url}/health/ready`,
    `  Storage   ${config.databaseUrl === undefined ? `embedded PostgreSQL in ${config.dataDir}` : 'PostgreSQL'}, ${config.redisUrl === undefined ? 'one node in memory' : 'Redis'}`,
    '  Stop with Ctrl-C',
    '',
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${isOperators(error) ? error.message : inspect(error)}\n`);
  process.exit(1);
});

/** A wrong setting, a taken port, a folder that cannot be written: the operator mends it, by one readable message, no stack. */
function isOperators(error: unknown): error is Error {
  const kinds = [
    BrokenWorldError,
    ConfigError,
    DatabaseRefusedError,
    EmbeddedPostgresError,
    EvictionError,
    ListenError,
    MigrationError,
  ];
  return kinds.some((kind) => error instanceof kind) || (error instanceof Error && 'syscall' in error);
}
