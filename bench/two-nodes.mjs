// What the servers of two nodes pay for each delivery to rooms that are spread over both: this library with recovery,
// beside Socket.IO's pub/sub adapter, which keeps nothing.
import { setTimeout as delay } from 'node:timers/promises';
import { meter } from './support/cpu.mjs';
import { fitOnes, isFit, keep, median, say, spread, table } from './support/report.mjs';
import { deliveries, enter, MEMBERS, ROOMS, saturated, steady } from './support/rooms.mjs';
import { results, SERVER_CORE, startRedis, startServers, takePlace } from './support/stage.mjs';

const SIDES = ['ours', 'pubsub'];
const NODES = 2;

async function measure(load, rooms, servers, redis, { warmMs, windowMs }) {
  const stop = load(rooms);
  await delay(warmMs);
  const [before, end] = [deliveries(rooms), meter(servers.pids, redis.pid, SERVER_CORE)];
  await delay(windowMs);
  const [spent, count] = [end(), deliveries(rooms) - before];
  stop();
  await delay(500);
  return {
    load: load.name,
    deliveriesPerSecond: count / (spent.took / 1e6),
    usPerDelivery: spent.servers / count,
    redisUsPerEvent: spent.redis / (count / MEMBERS),
    foreign: spent.foreign,
  };
}

async function run(side, redis, { profile, ...timing }) {
  await redis.empty();
  const servers = await startServers(side, NODES, redis.url, { profiles: profile ? `${results}/profiles` : undefined });
  try {
    const rooms = await enter(servers.urls);
    const runs = [];
    // The full load first: it warms the code up for the other.
    for (const load of [saturated, steady]) runs.push(await measure(load, rooms, servers, redis, timing));
    for (const { members } of rooms) for (const member of members) member.drop();
    return runs;
  } finally {
    await servers.stop();
  }
}

export async function twoNodes({ quick = false, profile = false, repetitions = 3 } = {}) {
  const timing = { warmMs: quick ? 2_000 : 3_000, windowMs: quick ? 3_000 : 6_000, profile };
  const redis = await startRedis();
  const all = [];
  try {
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      // In turn, so that neither has the quieter minutes.
      for (const side of repetition % 2 ? SIDES : [...SIDES].reverse()) {
        for (const measured of await run(side, redis, timing)) {
          const one = { side, repetition, quick, ...measured };
          all.push(one);
          keep('two-nodes', one);
          say(
            `two nodes, ${side} #${repetition}, ${one.load}: ${one.usPerDelivery.toFixed(2)} us/delivery at ` +
              `${Math.round(one.deliveriesPerSecond)}/s${isFit(one) ? '' : `, UNFIT: foreign ${Math.round(100 * one.foreign)} %`}`,
          );
        }
      }
    }
  } finally {
    await redis.stop();
  }
  tell(all);
}

function tell(all) {
  const of = (side, load) => fitOnes(all.filter((run) => run.side === side && run.load === load));
  const cost = (side, load) => median(of(side, load).map(({ usPerDelivery }) => usPerDelivery));
  console.log(`\nTwo nodes, ${ROOMS} rooms of ${MEMBERS}: medians [lowest–highest] of the fit runs`);
  table(
    ['load', 'side', 'fit', 'server us/delivery', 'ratio', 'deliveries/s', 'Redis us/event', 'foreign %'],
    ['steady', 'saturated'].flatMap((load) =>
      SIDES.map((side) => {
        const runs = of(side, load);
        const values = (pick) => runs.map(pick);
        return [
          load,
          side,
          `${runs.filter(isFit).length}/${all.filter((each) => each.side === side && each.load === load).length}`,
          spread(values(({ usPerDelivery }) => usPerDelivery, 2)),
          (cost(side, load) / cost('pubsub', load)).toFixed(2),
          spread(
            values(({ deliveriesPerSecond }) => deliveriesPerSecond),
            0,
          ),
          spread(values(({ redisUsPerEvent }) => redisUsPerEvent)),
          spread(values(({ foreign }) => 100 * foreign)),
        ];
      }),
    ),
  );
}

if (process.argv[1] === import.meta.filename) {
  takePlace();
  await twoNodes({ quick: process.argv.includes('--quick'), profile: process.argv.includes('--profile') });
}
