// Players who walk in one zone: the cost of validating their steps and replicating them to the players in view.
import { crowdedField, scatteredField, ZONE, ZONES_DIR } from '../load/field.mjs';
import { Movers, STEPS_PER_SECOND } from '../load/movers.mjs';
import { seedCharacters } from '../load/seeded-characters.mjs';
import { countMoveErrors, BENCH_METRICS_TOKEN } from '../support/server-metrics.mjs';
import { withPostgres } from '../support/postgres.mjs';
import { withServers } from '../support/with-servers.mjs';

const LOADS = {
  'together, JSON': { scene: crowdedField(1_000), encoding: 'json', alsoBare: true },
  'together, binary': { scene: crowdedField(1_000), encoding: 'binary', alsoBare: true },
  'spread, JSON': { scene: scatteredField(1_000), encoding: 'json', alsoBare: true },
  'spread, binary': { scene: scatteredField(1_000), encoding: 'binary', alsoBare: true },
  'spread 300': { scene: scatteredField(300), encoding: 'json' },
  'spread 2000': { scene: scatteredField(2_000), encoding: 'json' },
};
const SERVER_SIDES = { ours: 'ours, world', bare: 'bare movers' };

export const movers = {
  name: 'movers',
  title: 'Movers',
  about:
    'Players walk in one zone and send ten steps a second, for 5 s after 60,000 steps of warm-up; a tick is 100 ms. ' +
    '`together`: 1,000 players in one place, all in view of each other; `spread`: 1,000 with some 60 in view; `spread 300` ' +
    'and `spread 2000`: as dense, in JSON. `ours` is the whole server, with all rules, accounts, limits and metrics on, and ' +
    'writes positions behind to a PostgreSQL that shares the core of the load. `bare` accepts every step and broadcasts it ' +
    'to all clients. Age is the time from the sending of a position until a watching client first receives it. Batches more ' +
    'than a tick apart mean that the server has not kept up; its cost per step is then not meaningful. Refused: steps ' +
    'corrected or dropped.',
  sides: ['ours', 'bare'],
  reference: 'bare',
  parts: Object.keys(LOADS),
  quickParts: ['together, JSON', 'spread, JSON'],
  figures: {
    usPerStep: { title: 'server CPU, µs per step', digits: 1, compared: true, drawn: true },
    kbPerSecond: { title: 'KB/s to a client', digits: 1, compared: true, drawn: true },
    seenPerSecond: { title: 'positions/s sent to a client', digits: 0 },
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
      // Fewer players need more time for the same number of warm-up steps.
      const timing = { warmMs: (warmSteps / load.scene.places.length) * (1_000 / STEPS_PER_SECOND), windowMs };
      const measured = await withPostgres(({ url }) => {
        const settings = { DATABASE_URL: url, ZONES_DIR: ZONES_DIR, METRICS_TOKEN: BENCH_METRICS_TOKEN };
        const work = (stage) => measureLoad(stage, side, url, load, timing);
        return withServers(SERVER_SIDES[side], { profile: name, settings }, work);
      });
      parts.push({ part, ...measured });
    }
    return parts;
  },
};

async function measureLoad({ urls: [url], meter }, side, databaseUrl, { scene, encoding }, timing) {
  await seedCharacters(databaseUrl, ZONE, scene.places);
  const walkers = await Movers.connectAll(url, { ...scene, encoding });
  const { spent, steps, ages, seenPerSecond, batchMs, bytesPerSecond } = await walkers.measure(meter, timing);
  const dropped = side === 'ours' ? await countMoveErrors(url) : 0;
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
