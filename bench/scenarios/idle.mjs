// Connections that say nothing: what they hold of the server's memory, and of its time.
import { setTimeout as delay } from 'node:timers/promises';
import { pooled } from '../load/pool.mjs';
import { residentKb } from '../support/cpu.mjs';
import { onStage } from '../support/stage.mjs';

const CONNECTING = 50;
/** Come and go before anything is weighed, so that code and pools are there. */
const FIRST = 200;
const SETTLING_MS = 1_000;
/** A collection goes on in the background for a while after it has been asked for, which is not what idling costs. */
const SWEEPING_MS = 3_000;
/** A window holds exactly one heartbeat of each connection. */
const WINDOW_MS = 10_000;

const label = (count) => count.toLocaleString('en-US');
const STEPS = [5_000, 10_000];
const QUICK_STEPS = [2_000];

export const idle = {
  name: 'idle',
  title: 'Idle connections',
  about:
    'Resident memory for each connection after the garbage is collected, over that of the server without any, and the share ' +
    'of a core that all of them take, with one heartbeat every 10 s (5 s where it was quick). On Colyseus they are in rooms of 50.',
  sides: ['ours', 'bare', 'ws', 'colyseus', 'nest'],
  quickSides: ['ours', 'bare'],
  reference: 'bare',
  parts: [...QUICK_STEPS, ...STEPS].map(label),
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
    return onStage(side, { profile, settings }, async (stage) => {
      const clients = [];
      const fill = (from, to) =>
        pooled(to - from, CONNECTING, async (n) => clients.push(await stage.Client.connect(stage.urls[0], from + n)));
      await fill(0, FIRST);
      for (const client of clients.splice(0)) client.drop();
      await delay(SETTLING_MS);
      const empty = await weigh(stage);
      const parts = [];
      for (const count of quick ? QUICK_STEPS : STEPS) {
        await fill(clients.length, count);
        for (const client of clients) client.onEnd = fail;
        await delay(SETTLING_MS);
        const full = await weigh(stage);
        await delay(SWEEPING_MS);
        const end = stage.meter();
        await delay(windowMs);
        const { busy, foreign } = end();
        const each = (key) => (full[key] - empty[key]) / count;
        const figures = { kbPerConnection: each('resident'), heapKbPerConnection: each('heap'), idleBusy: 100 * busy };
        parts.push({ part: label(count), foreign, figures });
      }
      for (const client of clients) client.drop();
      return parts;
    });
  },
};

function fail(error) {
  throw error;
}

/** In KB. */
async function weigh({ memory, pids }) {
  const { heapUsed } = await memory();
  return { resident: residentKb(pids[0]), heap: heapUsed / 1024 };
}
