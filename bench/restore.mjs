// What it costs to give a session back on another node, after much has happened in rooms it is not in: it must not grow.
import { meter } from './support/cpu.mjs';
import { fitOnes, isFit, keep, median, say, spread, table } from './support/report.mjs';
import { SERVER_CORE, startRedis, startServers, takePlace } from './support/stage.mjs';
import { WireClient } from './support/wire.mjs';

/** Events in rooms that none of the sessions is in, while they are away. */
const ELSEWHERE = [0, 10_000, 100_000];
const OTHER_ROOMS = 20;
const AT_A_TIME = 500;
const COMING_AT_ONCE = 8;
const HOME = 'home';
const PATIENCE_MS = 10_000;

async function pooled(items, width, work) {
  const left = [...items];
  const take = async () => {
    for (let item = left.pop(); item; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, take));
}

/** Sessions that are away from the first node, each with one event to get. */
async function away(url, count) {
  const names = Array.from({ length: count }, (_, index) => `player-${index}`);
  const sessions = [];
  await pooled(names, COMING_AT_ONCE, async (name) => {
    const client = await WireClient.connect(url, name);
    await client.send('bench:join', { room: HOME });
    sessions.push({ name, client });
  });
  for (const { client } of sessions) client.drop();
  const host = await WireClient.connect(url, 'host');
  await host.send('bench:join', { room: HOME });
  await host.send('bench:say', { room: HOME, text: 'You have missed this' });
  await heard(host, 1);
  host.drop();
  return sessions.map(({ name, client: { sid, pid, offset } }) => ({ name, sid, pid, offset }));
}

/** All of it has been delivered to somebody who listens in all these rooms. */
async function happen(url, events) {
  const listener = await WireClient.connect(url, 'listener');
  const rooms = Array.from({ length: OTHER_ROOMS }, (_, index) => `other-${index}`);
  for (const room of rooms) await listener.send('bench:join', { room });
  for (let sent = 0; sent < events; sent += AT_A_TIME) {
    await listener.send('bench:fill', { room: rooms[(sent / AT_A_TIME) % OTHER_ROOMS], count: AT_A_TIME });
    await heard(listener, sent + AT_A_TIME);
  }
  listener.drop();
}

function heard(client, count) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`heard ${client.said} events instead of ${count}`)), PATIENCE_MS);
    client.onSaid = () => {
      if (client.said < count) return;
      clearTimeout(timer);
      resolve();
    };
    client.onSaid();
  });
}

async function comeBack(url, { name, sid, pid, offset }) {
  const startedAt = performance.now();
  const client = await WireClient.connect(url, name, { pid, offset });
  if (client.sid !== sid) throw new Error(`${name} was not recovered from ${offset}`);
  await heard(client, 1);
  const tookMs = performance.now() - startedAt;
  return { client, tookMs };
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
    ['events elsewhere', 'fit', 'server us', 'Redis us', 'ms', 'foreign %'],
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
        spread(runs.map(({ foreign }) => 100 * foreign)),
      ];
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  takePlace();
  await restore({ quick: process.argv.includes('--quick') });
}
