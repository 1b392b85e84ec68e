// Players walk while visitors enter and leave the zone: the heap must not grow and the event loop must not be blocked.
import { setTimeout as delay } from 'node:timers/promises';
import { scatteredField, ZONE, ZONES_DIR } from '../load/field.mjs';
import { Movers } from '../load/movers.mjs';
import { seedCharacters } from '../load/seeded-characters.mjs';
import { VisitorChurn } from '../load/visitor-churn.mjs';
import { spreadPositions } from '../load/random-walk.mjs';
import { countMoveErrors, BENCH_METRICS_TOKEN } from '../support/server-metrics.mjs';
import { withPostgres } from '../support/postgres.mjs';
import { withServers } from '../support/with-servers.mjs';

/** Half of them are entries, half are exits. */
const ENTRIES_AND_EXITS_PER_SECOND = 200;
/** Short, so that the sessions of visitors have expired before the heap is measured again. */
const RECOVERY_WINDOW_MS = 5_000;
/** Small, so that the journal of the zone is full before the heap is measured first. */
const RECOVERY_MAX_EVENTS = 1_000;

export const churn = {
  name: 'churn',
  title: 'Coming and going among movers',
  about:
    '1,000 players walk as in `spread` of the movers, in JSON. For a minute, 100 visitors a second connect and select a ' +
    'character in the same zone, and as many leave it; the zone receives an event for each. The heap is measured before and ' +
    'after, while no player walks, after a garbage collection and after the sessions of visitors have expired; to that end ' +
    'the recovery window is 5 s and the journal of a room holds 1,000 events. The visitors are 1,500 accounts in rotation, ' +
    'which have visited for a minute before the first measurement, so that caches of players and compiled code do not ' +
    'count as growth. Event loop delays include the 10 ms resolution of the timer. A quick run takes 15 s after 16 s of warm-up.',
  sides: ['ours'],
  reference: undefined,
  parts: ['churn'],
  repetitions: 1,
  figures: {
    heapGrowth: { title: 'heap after to before', digits: 3, drawn: true },
    loopP99: { title: 'event loop p99 ms', digits: 1 },
    loopMax: { title: 'event loop max ms', digits: 0 },
    p95: { title: 'age p95 ms', digits: 0 },
    enteredAndLeft: { title: 'entered and left /s', digits: 0 },
    notLetIn: { title: 'not let in', digits: 0 },
    refused: { title: 'steps refused', digits: 0 },
    heapMb: { title: 'heap before, MB', digits: 1 },
    busy: { title: 'server busy %', digits: 0 },
    loadBusy: { title: 'load busy %', digits: 0 },
  },
  limitMs: 300_000,

  run(_side, { quick, profile }) {
    const timing = quick
      ? { warmMs: 16_000, windowMs: 15_000, settlingMs: 8_000 }
      : { warmMs: 60_000, windowMs: 60_000, settlingMs: 15_000 };
    return withPostgres((database) => {
      const settings = {
        DATABASE_URL: database.url,
        ZONES_DIR: ZONES_DIR,
        METRICS_TOKEN: BENCH_METRICS_TOKEN,
        RECOVERY_WINDOW_MS: String(RECOVERY_WINDOW_MS),
        RECOVERY_MAX_EVENTS: String(RECOVERY_MAX_EVENTS),
      };
      return withServers('ours, world', { profile, settings }, (stage) => runChurn(stage, database.url, timing));
    });
  },
};

async function runChurn(stage, databaseUrl, { warmMs, windowMs, settlingMs }) {
  const [url] = stage.urls;
  const scene = scatteredField(1_000);
  // The first characters walk, the others visit.
  await seedCharacters(databaseUrl, ZONE, spreadPositions(scene.field, scene.places.length + VisitorChurn.VISITORS));
  const walkers = await Movers.connectAll(url, { ...scene, encoding: 'json' });
  const visitors = new VisitorChurn(url, scene.places.length);
  await walkAmongVisitors(walkers, visitors, stage.meter, warmMs);
  const before = await measureHeapBytes(stage, settlingMs);
  const [completedBefore, stopWatching] = [visitors.completed, stage.watchLoop()];
  const { spent, ages } = await walkAmongVisitors(walkers, visitors, stage.meter, windowMs);
  const [{ p99, max }, completed] = [await stopWatching(), visitors.completed - completedBefore];
  const after = await measureHeapBytes(stage, settlingMs);
  const refused = walkers.corrected + (await countMoveErrors(url));
  walkers.drop();
  for (const [why, count] of visitors.refusals) process.stderr.write(`${count} visits failed: ${why}\n`);
  const figures = {
    heapGrowth: after / before,
    loopP99: p99,
    loopMax: max,
    p95: ages.p95,
    enteredAndLeft: (2 * completed) / (windowMs / 1_000),
    notLetIn: visitors.refused,
    refused,
    heapMb: before / 1e6,
    busy: 100 * spent.busy,
    loadBusy: 100 * spent.loadBusy,
  };
  return [{ part: 'churn', foreign: spent.foreign, figures }];
}

/** Measures the walkers for `windowMs` while visitors enter and leave. */
async function walkAmongVisitors(walkers, visitors, meter, windowMs) {
  const stop = visitors.begin(ENTRIES_AND_EXITS_PER_SECOND / 2);
  const measured = await walkers.measure(meter, { warmMs: 0, windowMs });
  await stop();
  return measured;
}

/** In bytes. */
async function measureHeapBytes({ memory }, settlingMs) {
  await delay(settlingMs);
  const { heapUsed, external } = await memory();
  return heapUsed + external;
}
