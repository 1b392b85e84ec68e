/** Starts the whole server as in production: accounts, characters and the rules of the world, on a PostgreSQL. */
import { startServer } from '../../apps/server/src/server';

async function main(): Promise<void> {
  const server = await startServer(process.env);
  await server.ready;
  process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
  process.send?.({ url: server.url });
}

void main();
