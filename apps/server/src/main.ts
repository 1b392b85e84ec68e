/** Entry point of the process: starts the server, prints its URLs, and shuts it down on a signal. */
import './defer-signals';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import {
  ConfigError,
  DatabaseRefusedError,
  EmbeddedPostgresError,
  RedisEvictionError,
  MigrationError,
  Shutdown,
} from '@aeturnis/platform';
import { ListenError, type RunningServer, startServer } from './server';
import { BrokenWorldError } from './world';

async function main(): Promise<void> {
  // An unhandled rejection is a bug, which is logged. Node.js would by default end the process and disconnect all players.
  process.on('unhandledRejection', (error) =>
    new Logger('Process').error({ message: 'unhandled promise rejection; the server continues', error }),
  );
  const starting = startServer();
  // Added before the start has finished: parts that are running must be stopped. SIGHUP: the terminal was closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void shutDown(starting, signal));
  // After the terminal has closed, writes fail. Such an error must not end the process before PostgreSQL is stopped.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  const server = await starting;
  server.app.get(Shutdown).owner = {
    drain: () => void shutDown(starting, 'drain'),
    kill: () => void process.kill(process.pid, 'SIGKILL'),
  };
  try {
    await server.ready;
  } catch (error) {
    // A signal before the database was ready is not a failure.
    if (server.isClosing) return;
    // The embedded PostgreSQL would outlive this process.
    await server.close();
    throw error;
  }
  process.stdout.write(banner(server));
}

/** The causes that make a running shutdown skip waiting. */
const HURRYING: ReadonlySet<string> = new Set(['SIGINT', 'SIGTERM']);

async function shutDown(starting: Promise<RunningServer>, cause: NodeJS.Signals | 'drain'): Promise<void> {
  // A start that fails reports its error and stops by itself.
  const server = await starting.catch(() => null);
  // A closing terminal sends SIGHUP several times, and a signal may precede a drain: neither makes a running shutdown skip waiting.
  if (!server || (!HURRYING.has(cause) && server.isClosing)) return;
  process.stdout.write(`${cause}: closing (once more to hurry)\n`);
  await server.close();
  process.exit(0);
}

function banner({ url, socketUrl, config }: RunningServer): string {
  return [
    '',
    `  Aeturnis Realtime is ready (${Math.round(process.uptime() * 10) / 10} s)`,
    ...(config.hasPlayground ? [`  Play      ${url}`] : []),
    `  Sockets   ${socketUrl}`,
    `  API       ${url}/${config.hasDocs ? 'docs' : 'api'}`,
    `  Health    ${url}/health/ready`,
    `  Storage   ${config.databaseUrl === undefined ? `embedded PostgreSQL in ${config.dataDir}` : 'PostgreSQL'}, ${config.redisUrl === undefined ? 'one node in memory' : 'Redis'}`,
    '  Stop with Ctrl-C',
    '',
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${isOperatorError(error) ? error.message : inspect(error)}\n`);
  process.exit(1);
});

/** Errors that the operator can correct (settings, ports, folders, database): printed as one message without a stack. */
function isOperatorError(error: unknown): error is Error {
  const kinds = [
    BrokenWorldError,
    ConfigError,
    DatabaseRefusedError,
    EmbeddedPostgresError,
    RedisEvictionError,
    ListenError,
    MigrationError,
  ];
  return kinds.some((kind) => error instanceof kind) || (error instanceof Error && 'syscall' in error);
}
