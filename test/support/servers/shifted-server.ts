/** Starts a server process with a shifted clock that a test can change. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { ServerEnvironment } from '../environment';
import { type ServerProcess, startServerProcess } from './server';

export interface ShiftedServer extends ServerProcess {
  /** Sets the clock forward, or back if `byMs` is negative. */
  setClock(byMs: number): Promise<void>;
}

/** `shiftMs`: the initial lead of the clock. */
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
