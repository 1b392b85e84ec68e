// What it costs to give a session back on another node, after much has happened in rooms it is not in: it must not grow.
import { meter } from './support/cpu.mjs';
import { fitOnes, isFit, keep, median, say, spread, table } from './support/report.mjs';
import { away, comeBack, COMING_AT_ONCE, happen, pooled } from './support/sessions.mjs';
import { SERVER_CORE, startRedis, startServers, takePlace } from './support/stage.mjs';
import { WireClient } from './support/wire.mjs';

/** Events in rooms that none of the sessions is in, while they are away. */
const ELSEWHERE = [0, 10_000, 100_000];

/** For comparison: what it costs the servers to let in somebody who was never there. */
async function strangers(url, servers, redis, count) {
  const names = Array.from({ length: count }, (_, index) => `stranger-${index}`);
  const clients = [];
  const end = meter(servers.pids, redis.pid, SERVER_CORE);
  await pooled(names, COMING_AT_ONCE, async (name) => {
    const client = await WireClient.connect(url, name);
    await client.send('system:ping', {});
    clients.push(client);
  });
  const { servers: cpu } = end();
  for (const client of clients) client.drop();
  return cpu / count;
}

async function run(events, redis, count) {
  await redis.empty();
  const servers = await startServers('ours', 2, redis.url);
  try {
    const [west, east] = servers.urls;
    // Cold code would cost the first ones more.
    for (const session of await away(west, count / 2)) (await comeBack(east, session)).client.drop();
    const sessions = await away(west, count);
    await happen(west, events);
    const back = [];
    const end = meter(servers.pids, redis.pid, SERVER_CORE);
    await pooled(sessions, COMING_AT_ONCE, async (session) => back.push(await comeBack(east, session)));
    const { servers: cpu, redis: redisCpu, foreign } = end();
    if (back.some(({ client }) => client.said !== 1)) throw new Error('somebody got something twice');
    for (const { client } of back) client.drop();
    return {
      events,
      restores: back.length,
      serverUs: cpu / count,
      newServerUs: await strangers(east, servers, redis, count),
      redisUs: redisCpu / count,
      ms: median(back.map(({ tookMs }) => tookMs)),
      foreign,
    };
  } finally {
    await servers.stop();
  }
}

export async function restore({ quick = false, repetitions = quick ? 2 : 3 } = {}) {
  const redis = await startRedis();
  const all = [];
  try {
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      for (const events of ELSEWHERE) {
        const one = { repetition, quick, ...(await run(events, redis, quick ? 200 : 500)) };
        all.push(one);
        keep('restore', one);
        say(
          `restore after ${events} events elsewhere #${repetition}: server ${Math.round(one.serverUs)} us, ` +
            `Redis ${Math.round(one.redisUs)} us, ${one.ms.toFixed(1)} ms${isFit(one) ? '' : `, UNFIT: foreign ${Math.round(100 * one.foreign)} %`}`,
        );
      }
    }
  } finally {
    await redis.stop();
  }
  tell(all);
}

function tell(all) {
  console.log('\nOne restore on another node: medians [lowest–highest] of the fit runs');
  table(
    ['events elsewhere', 'fit', 'server us', 'Redis us', 'ms', 'a new connection: server us', 'foreign %'],
    ELSEWHERE.map((events) => {
      const ofThese = all.filter((each) => each.events === events);
      const runs = fitOnes(ofThese);
      return [
        events,
        `${runs.filter(isFit).length}/${ofThese.length}`,
        spread(
          runs.map(({ serverUs }) => serverUs),
          0,
        ),
        spread(
          runs.map(({ redisUs }) => redisUs),
          0,
        ),
        spread(runs.map(({ ms }) => ms)),
        spread(
          runs.map(({ newServerUs }) => newServerUs),
          0,
        ),
        spread(runs.map(({ foreign }) => 100 * foreign)),
      ];
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  takePlace();
  await restore({ quick: process.argv.includes('--quick') });
}
