/** Closes HTTP connections at shutdown: idle ones at once, so that they do not delay it, and active ones after a grace period. */
import type { Server } from 'node:http';

const READ_GRACE_MS = 1_000;

/** Call it when the servers start to close. @param hurry when it aborts, active connections are closed at once. */
export function closeConnections(servers: readonly Server[], hurry: AbortSignal): void {
  const closeAll = (): void => servers.forEach((server) => server.closeAllConnections());
  for (const server of servers) server.closeIdleConnections();
  if (hurry.aborted) closeAll();
  else hurry.addEventListener('abort', closeAll, { once: true });
  setTimeout(closeAll, READ_GRACE_MS).unref();
}
