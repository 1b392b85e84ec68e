/** A server in this process on a database of its own, for one test or for all tests of a suite. */
import type { INestApplication } from '@nestjs/common';
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients } from '../clients/client';
import type { ServerEnvironment } from '../environment';
import { startIsolatedServer } from './server';

export class PrivateServer {
  private running: RunningServer;

  async start(environment: ServerEnvironment = {}): Promise<void> {
    this.running = await startIsolatedServer(environment);
  }

  get app(): INestApplication {
    return this.running.app;
  }

  get url(): string {
    return this.running.url;
  }

  get databaseUrl(): string {
    return this.running.config.databaseUrl ?? '';
  }

  close(): Promise<void> {
    return this.running.close();
  }
}

/** For a suite: starts the server before its first test, and closes the server and all clients after its last. */
export function usePrivateServer(environment?: ServerEnvironment): PrivateServer {
  const server = new PrivateServer();
  beforeAll(() => server.start(environment));
  afterAll(async () => {
    closeClients();
    await server.close();
  });
  return server;
}
