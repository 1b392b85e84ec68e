/** Starts the whole product as one node, on the database of `DATABASE_URL`. */
import { startServer } from '../../apps/server/src/server';

async function main(): Promise<void> {
  const server = await startServer();
  await server.ready;
  process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
  process.send?.({ url: server.url });
}

void main();
