/** A node of this library as in production, with the benchmark's commands and nothing else: no domain, no database. */
import { createLogger, loadConfig } from '@aeturnis/platform';
import { Connection } from '../../libs/realtime/src/connections/connection';
import { startLibraryApp } from '../../test/support/library-app';
import { BenchGateway } from './bench.gateway';
import { BenchVerifier } from './tokens';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const { url, close } = await startLibraryApp(config, {
    verifier: BenchVerifier,
    providers: [BenchGateway],
    logger: createLogger(config),
  });
  if (process.env['BENCH_SYNC'] === 'off') withoutSync();
  process.on('SIGTERM', () => void close().then(() => process.exit(0)));
  process.send?.({ url });
}

/** Tells apart what `system:sync` costs: everything else stays as it is. */
function withoutSync(): void {
  const { reply } = Connection.prototype;
  Connection.prototype.reply = function (this: Connection, event, payload) {
    if (event !== 'system:sync') reply.call(this, event, payload);
  };
}

void main();
