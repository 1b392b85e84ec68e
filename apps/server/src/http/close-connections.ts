/** Ends HTTP connections with the server: those in use get a moment, those that only wait would hold the end up. */
import type { Server } from 'node:http';

const MOMENT_MS = 1_000;

/** Closes what is left after a moment, or at once when told to hurry; call it when the servers begin to close. */
export function closeConnections(servers: readonly Server[], hurry: AbortSignal): void {
  const closeAll = (): void => servers.forEach((server) => server.closeAllConnections());
  for (const server of servers) server.closeIdleConnections();
  if (hurry.aborted) closeAll();
  else hurry.addEventListener('abort', closeAll, { once: true });
  setTimeout(closeAll, MOMENT_MS).unref();
}
