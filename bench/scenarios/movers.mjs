// Players who walk in one zone: what it costs to judge their steps and to tell them to those who see them.
import { crowded, scattered, ZONE, ZONES } from '../load/field.mjs';
import { Movers, STEPS_PER_SECOND } from '../load/movers.mjs';
import { settle } from '../load/settlers.mjs';
import { moveErrors, TOKEN } from '../support/figures.mjs';
import { withPostgres } from '../support/postgres.mjs';
import { onStage } from '../support/stage.mjs';

const LOADS = {
  'together, JSON': { scene: crowded(1_000), encoding: 'json', alsoBare: true },
  'together, binary': { scene: crowded(1_000), encoding: 'binary', alsoBare: true },
  'spread, JSON': { scene: scattered(1_000), encoding: 'json', alsoBare: true },
  'spread, binary': { scene: scattered(1_000), encoding: 'binary', alsoBare: true },
  'spread 300': { scene: scattered(300), encoding: 'json' },
  'spread 2000': { scene: scattered(2_000), encoding: 'json' },
};
const PROGRAMS = { ours: 'ours, world', bare: 'bare movers' };

export const movers = {
  name: 'movers',
  title: 'Movers',
  about:
    'Players who walk in one zone and send ten steps a second, for 5 s after 60,000 steps of warming up; a tick is 100 ms. `together`: ' +
    '1,000 in one place, where everybody sees everybody; `spread`: 1,000 with some 60 in view; `spread 300` and `spread 2000` ' +
    'as dense, in JSON. `ours` is the whole server, with all rules, accounts, limits and metrics on, and writes positions ' +
    'behind to a PostgreSQL that shares the core of the load. `bare` believes every step and tells it to everybody, ' +
    'wherever they stand. Age: from the sending of a position to when one who watches is told it first. Where batches are ' +
    'farther apart than a tick the server has not kept up, and its cost per step says little. Refused: steps ' +
    'corrected or dropped.',
  sides: ['ours', 'bare'],
  reference: 'bare',
  parts: Object.keys(LOADS),
  quickParts: ['together, JSON', 'spread, JSON'],
  figures: {
    usPerStep: { title: 'server CPU, µs per step', digits: 1, compared: true, drawn: true },
    kbPerSecond: { title: 'KB/s to a client', digits: 1, compared: true, drawn: true },
    seenPerSecond: { title: 'positions/s told to a client', digits: 0 },
    batchMs: { title: 'ms between batches', digits: 0 },
    p50: { title: 'age p50 ms', digits: 0 },
    p95: { title: 'age p95 ms', digits: 0 },
    refused: { title: 'refused', digits: 0 },
    busy: { title: 'server busy %', digits: 0 },
    loadBusy: { title: 'load busy %', digits: 0 },
  },
  limitMs: 400_000,

  async run(side, { quick, profile, wanted = quick ? this.quickParts : this.parts }) {
    const [warmSteps, windowMs] = quick ? [20_000, 2_000] : [60_000, 5_000];
    const parts = [];
    for (const [part, load] of Object.entries(LOADS)) {
      if (!wanted.includes(part) || (side === 'bare' && !load.alsoBare)) continue;
      const name = profile && `${profile}-${part.replaceAll(/\W+/g, '-')}`;
      // Few need longer than many until the code is warm.
      const timing = { warmMs: (warmSteps / load.scene.places.length) * (1_000 / STEPS_PER_SECOND), windowMs };
      const measured = await withPostgres(({ url }) => {
        const settings = { DATABASE_URL: url, ZONES_DIR: ZONES, METRICS_TOKEN: TOKEN };
        const work = (stage) => taken(stage, side, url, load, timing);
        return onStage(PROGRAMS[side], { profile: name, settings }, work);
      });
      parts.push({ part, ...measured });
    }
    return parts;
  },
};

async function taken({ urls: [url], meter }, side, databaseUrl, { scene, encoding }, timing) {
  await settle(databaseUrl, ZONE, scene.places);
  const walkers = await Movers.gather(url, { ...scene, encoding });
  const { spent, steps, ages, seenPerSecond, batchMs, bytesPerSecond } = await walkers.measure(meter, timing);
  const dropped = side === 'ours' ? await moveErrors(url) : 0;
  const refused = walkers.corrected + dropped;
  walkers.drop();
  return {
    foreign: spent.foreign,
    figures: {
      usPerStep: spent.servers / steps,
      kbPerSecond: bytesPerSecond / 1_000,
      seenPerSecond,
      batchMs,
      p50: ages.p50,
      p95: ages.p95,
      refused,
      busy: 100 * spent.busy,
      loadBusy: 100 * spent.loadBusy,
    },
  };
}
