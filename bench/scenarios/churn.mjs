// Players who walk while others come and go all the time: the heap must not grow, and nobody may wait for the event loop.
import { setTimeout as delay } from 'node:timers/promises';
import { scattered, ZONE, ZONES } from '../load/field.mjs';
import { Movers } from '../load/movers.mjs';
import { settle } from '../load/settlers.mjs';
import { Visits } from '../load/visits.mjs';
import { placesIn } from '../load/walk.mjs';
import { moveErrors, TOKEN } from '../support/figures.mjs';
import { withPostgres } from '../support/postgres.mjs';
import { onStage } from '../support/stage.mjs';

/** As many come as go. */
const ENTER_AND_LEAVE = 200;
/** Short, so that the sessions of those who have left are gone before the memory is weighed again. */
const RECOVERY_WINDOW_MS = 5_000;
/** Few, so that the journal of the zone is full before the memory is weighed first. */
const RECOVERY_MAX_EVENTS = 1_000;

export const churn = {
  name: 'churn',
  title: 'Coming and going among movers',
  about:
    '1,000 players walk as in `spread` of the movers, in JSON; for a minute, 100 others a second connect and select a ' +
    'character in the same zone, and as many leave it, which all in the zone are told. The heap is weighed before and after, ' +
    'while nobody walks, with the garbage collected and the sessions of those who left expired, for which their window is 5 s ' +
    'and the journal of a room keeps 1,000 events. The others are 1,500 who come again and again, and have done so for ' +
    'a minute before the heap is weighed first: neither what is cached of each player nor compiled code is growth. Lateness of the event loop includes the 10 ms of the timer it is measured by. ' +
    'Quick, it takes 15 s after 16 s.',
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
        ZONES_DIR: ZONES,
        METRICS_TOKEN: TOKEN,
        RECOVERY_WINDOW_MS: String(RECOVERY_WINDOW_MS),
        RECOVERY_MAX_EVENTS: String(RECOVERY_MAX_EVENTS),
      };
      return onStage('ours, world', { profile, settings }, (stage) => taken(stage, database.url, timing));
    });
  },
};

async function taken(stage, databaseUrl, { warmMs, windowMs, settlingMs }) {
  const [url] = stage.urls;
  const scene = scattered(1_000);
  // The first ones are those who walk.
  await settle(databaseUrl, ZONE, placesIn(scene.field, scene.places.length + Visits.VISITORS));
  const walkers = await Movers.gather(url, { ...scene, encoding: 'json' });
  const visits = new Visits(url, scene.places.length);
  await live(walkers, visits, stage.meter, warmMs);
  const before = await weigh(stage, settlingMs);
  const [doneBefore, loop] = [visits.done, stage.watchLoop()];
  const { spent, ages } = await live(walkers, visits, stage.meter, windowMs);
  const [{ p99, max }, done] = [await loop(), visits.done - doneBefore];
  const after = await weigh(stage, settlingMs);
  const refused = walkers.corrected + (await moveErrors(url));
  walkers.drop();
  for (const [why, count] of visits.refusals) process.stderr.write(`${count} were not let in: ${why}\n`);
  const figures = {
    heapGrowth: after / before,
    loopP99: p99,
    loopMax: max,
    p95: ages.p95,
    enteredAndLeft: (2 * done) / (windowMs / 1_000),
    notLetIn: visits.refused,
    refused,
    heapMb: before / 1e6,
    busy: 100 * spent.busy,
    loadBusy: 100 * spent.loadBusy,
  };
  return [{ part: 'churn', foreign: spent.foreign, figures }];
}

/** All walk, and others come and go, for so long. */
async function live(walkers, visits, meter, windowMs) {
  const stop = visits.begin(ENTER_AND_LEAVE / 2);
  const measured = await walkers.measure(meter, { warmMs: 0, windowMs });
  await stop();
  return measured;
}

/** In bytes. */
async function weigh({ memory }, settlingMs) {
  await delay(settlingMs);
  const { heapUsed, external } = await memory();
  return heapUsed + external;
}
