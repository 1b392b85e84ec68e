// Idle connections: the memory and the CPU time that each takes on the server.
import { setTimeout as delay } from 'node:timers/promises';
import { runConcurrently } from '../load/concurrency.mjs';
import { residentKb } from '../support/cpu.mjs';
import { withServers } from '../support/with-servers.mjs';

const CONNECT_CONCURRENCY = 50;
/** Opened and closed before the first measurement, so that code is compiled and pools are filled. */
const WARM_UP_CONNECTIONS = 200;
const SETTLING_MS = 1_000;
/** A requested garbage collection continues in the background; its CPU time must not count as idle cost. */
const BACKGROUND_GC_MS = 3_000;
/** One heartbeat interval: each connection has exactly one heartbeat in the window. */
const WINDOW_MS = 10_000;

const label = (count) => count.toLocaleString('en-US');
const CONNECTION_COUNTS = [5_000, 10_000];
const QUICK_CONNECTION_COUNTS = [2_000];

export const idle = {
  name: 'idle',
  title: 'Idle connections',
  about:
    'Resident memory per connection after a garbage collection, beyond that of the server without connections, and the share ' +
    'of a core that all connections take, with one heartbeat every 10 s (5 s in a quick run). On Colyseus they are in rooms of 50.',
  sides: ['ours', 'bare', 'ws', 'colyseus', 'nest'],
  quickSides: ['ours', 'bare'],
  reference: 'bare',
  parts: [...QUICK_CONNECTION_COUNTS, ...CONNECTION_COUNTS].map(label),
  repetitions: 2,
  figures: {
    kbPerConnection: { title: 'resident KB per connection', digits: 1, compared: true, drawn: true },
    heapKbPerConnection: { title: 'of it heap', digits: 1 },
    idleBusy: { title: 'server busy %', digits: 2, compared: true, drawn: true },
  },
  limitMs: 240_000,

  run(side, { quick, profile }) {
    const windowMs = quick ? WINDOW_MS / 2 : WINDOW_MS;
    const settings = { PING_INTERVAL_MS: String(windowMs) };
    return withServers(side, { profile, settings }, async (stage) => {
      const clients = [];
      const fill = (from, to) =>
        runConcurrently(to - from, CONNECT_CONCURRENCY, async (n) =>
          clients.push(await stage.Client.connect(stage.urls[0], from + n)),
        );
      await fill(0, WARM_UP_CONNECTIONS);
      for (const client of clients.splice(0)) client.drop();
      await delay(SETTLING_MS);
      const empty = await measureMemoryKb(stage);
      const parts = [];
      for (const count of quick ? QUICK_CONNECTION_COUNTS : CONNECTION_COUNTS) {
        await fill(clients.length, count);
        for (const client of clients) client.onEnd = rethrow;
        await delay(SETTLING_MS);
        const full = await measureMemoryKb(stage);
        await delay(BACKGROUND_GC_MS);
        const end = stage.meter();
        await delay(windowMs);
        const { busy, foreign } = end();
        const grown = (key) => (full[key] - empty[key]) / count;
        const figures = {
          kbPerConnection: grown('resident'),
          heapKbPerConnection: grown('heap'),
          idleBusy: 100 * busy,
        };
        parts.push({ part: label(count), foreign, figures });
      }
      for (const client of clients) client.drop();
      return parts;
    });
  },
};

function rethrow(error) {
  throw error;
}

/** In KB. */
async function measureMemoryKb({ memory, pids }) {
  const { heapUsed } = await memory();
  return { resident: residentKb(pids[0]), heap: heapUsed / 1024 };
}
