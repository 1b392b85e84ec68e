/** Opens a listening socket with a backlog for bursts of connections. */
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import { Logger } from '@nestjs/common';
import { EXTRA_LISTEN_HANDLES, addListenHandles } from './listen-handles';

/**
 * Connections that may wait to be accepted; the system may allow fewer (`net.core.somaxconn`). A busy node needs time for a
 * burst, because Node.js accepts few connections per iteration of the event loop. Beyond the backlog (by default 511) the
 * kernel drops connection requests: clients retry after 1, 3 and 7 s, and are reset in the end.
 */
const BACKLOG = 4_096;

/** Checks whether a port can be opened, before parts are started that would have to be stopped. @throws like `listenOn`. */
export async function assertPortAvailable(port: number, host: string): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen({ port, host }, resolve));
  await new Promise((resolve) => probe.close(resolve));
}

/** Resolves when the server listens. @throws the error of `listen`: EADDRINUSE, EACCES … */
export function listenOn(server: Server, port: number | undefined, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject);
      void addHandles(server);
      resolve();
    });
  });
}

async function addHandles(server: Server): Promise<void> {
  const copies = await addListenHandles(server, BACKLOG);
  if (copies === EXTRA_LISTEN_HANDLES || !server.listening) return;
  new Logger('Listening').warn({
    message: 'listening socket could not be copied: bursts of connections are accepted one by one',
    copies,
  });
}
