/** A server process on a machine whose clock is wrong, and can be set. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { ServerEnvironment } from './environment';
import { type ServerProcess, startServerProcess } from './server';

export interface ShiftedServer extends ServerProcess {
  /** Sets the clock of its machine forward, or back. */
  setClock(byMs: number): Promise<void>;
}

/** `shiftMs`: how far its clock is ahead when it starts. */
export async function startShiftedServer(shiftMs: number, environment: ServerEnvironment): Promise<ShiftedServer> {
  const server = await startServerProcess(
    { ...environment, CLOCK_SHIFT_MS: String(shiftMs) },
    join(__dirname, 'shifted-clock.cjs'),
  );
  return {
    ...server,
    async setClock(byMs) {
      const set = once(server.process, 'message');
      server.process.send(byMs);
      await set;
    },
  };
}
