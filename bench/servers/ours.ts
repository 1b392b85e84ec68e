/** A node of this library with production settings and only the benchmark's commands: no domain, no database. */
import { createLogger, loadConfig } from '@aeturnis/platform';
import { Connection } from '../../libs/realtime/src/connections/connection';
import { startLibraryApp } from '../../test/support/servers/library-app';
import { BenchGateway } from './bench.gateway';
import { BenchVerifier } from './bench-verifier';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const { url, close } = await startLibraryApp(config, {
    verifier: BenchVerifier,
    providers: [BenchGateway],
    logger: createLogger(config),
  });
  if (process.env['BENCH_SYNC'] === 'off') disableSync();
  process.on('SIGTERM', () => void close().then(() => process.exit(0)));
  process.send?.({ url });
}

/** Suppresses `system:sync` alone, to measure its cost by the difference. */
function disableSync(): void {
  const { reply } = Connection.prototype;
  Connection.prototype.reply = function (this: Connection, event, payload) {
    if (event !== 'system:sync') reply.call(this, event, payload);
  };
}

void main();
