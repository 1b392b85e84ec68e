/** A built server with the playground, on a database of its own. */
import { createMigratedDatabase } from '../databases/postgres';
import type { ServerEnvironment } from '../environment';
import { startServerProcess, stopServerProcesses } from '../servers/server';

export interface PlaygroundServer {
  /** Of the playground. */
  readonly url: string;
  /** The same without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
}

export async function startPlaygroundServer(overrides: ServerEnvironment = {}): Promise<PlaygroundServer> {
  const database = await createMigratedDatabase();
  const environment = { DATABASE_URL: database.url, LIMITS: 'off', NODE_ENV: 'development', ...overrides };
  const { url } = await startServerProcess(environment);
  return {
    url: `${url}/`,
    origin: url,
    close: async () => {
      await stopServerProcesses();
      await database.drop();
    },
  };
}
