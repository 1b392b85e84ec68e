/** The process: starts the server, says where it is, and ends it in order when told to. */
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { ConfigError, EmbeddedPostgresError } from '@aeturnis/platform';
import { ListenError, type RunningServer, startServer } from './server';
import { BrokenWorldError } from './world';

async function main(): Promise<void> {
  // A promise that nobody waited for is a fault to be mended, not a reason to throw every player out.
  process.on('unhandledRejection', (error) => new Logger('Process').error({ message: 'unhandled rejection', error }));
  const starting = startServer();
  // From the first moment on: what has been started must be stopped.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(starting, signal));
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

async function end(starting: Promise<RunningServer>, signal: string): Promise<void> {
  process.stdout.write(`${signal}: closing (once more to hurry)\n`);
  await (await starting).close();
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
  // A wrong setting, a taken port or a broken world is the operator's to mend: one readable message, no stack.
  const expected = [BrokenWorldError, ConfigError, EmbeddedPostgresError, ListenError].some(
    (kind) => error instanceof kind,
  );
  process.stderr.write(`${expected ? (error as Error).message : inspect(error)}\n`);
  process.exit(1);
});
