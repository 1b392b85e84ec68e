/**
 * Finds a free local port. It is below those that systems give out by themselves: no connection and no other server gets it
 * before it is bound, or while the server on it restarts.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const MIN_PORT = 20_000;
/** Linux gives out the ports from here on, others begin higher. */
const EPHEMERAL_PORT = 32_768;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(MIN_PORT, EPHEMERAL_PORT);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
