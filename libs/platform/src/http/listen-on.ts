/** Listening for connections, with room for a crowd that comes at once. */
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import { Logger } from '@nestjs/common';
import { COPIES, copyListening } from './listening-copies';

/**
 * How many connections may wait to be accepted; the system may allow fewer (`net.core.somaxconn`). Node takes a few of them
 * in each turn of the event loop, so that a busy node takes its time for a crowd. With the 511 that Node asks for by
 * itself, those beyond are ignored by the kernel, try again after 1, 3, 7 s, and are reset in the end.
 */
const BACKLOG = 4_096;

/** Tells at once whether a port can be opened, before anything is started that would have to be stopped. @throws like `listenOn`. */
export async function tryListening(port: number, host: string): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen({ port, host }, resolve));
  await new Promise((resolve) => probe.close(resolve));
}

/** Settles when the server listens. @throws what `listen` says: EADDRINUSE, EACCES … */
export function listenOn(server: Server, port: number | undefined, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject);
      void copy(server);
      resolve();
    });
  });
}

async function copy(server: Server): Promise<void> {
  const copies = await copyListening(server, BACKLOG);
  if (copies === COPIES || !server.listening) return;
  new Logger('Listening').warn({
    message: 'this system does not copy listening sockets: a crowd that connects at once is accepted one by one',
    copies,
  });
}
