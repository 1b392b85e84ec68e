// What it costs to give a session back on another node, after much has happened in rooms it is not in: it must not grow.
import { pooled } from '../load/pool.mjs';
import { away, comeBack, COMING_AT_ONCE, happen } from '../load/sessions.mjs';
import { onStage } from '../support/stage.mjs';

const NODES = 2;
const ELSEWHERE = [0, 10_000, 100_000];
const QUICK_ELSEWHERE = [0, 10_000];
const label = (events) => events.toLocaleString('en-US');
/** For comparison: players who were never there, numbered from here on. */
const STRANGERS = 100_000;

export const restore = {
  name: 'restore',
  title: 'Coming back',
  about:
    'A client comes back to another node than it was on, after so many events in rooms it is not in, and gets the one event ' +
    'it missed. Connecting is part of the figures; they must not grow with the events.',
  sides: ['ours + Redis'],
  parts: ELSEWHERE.map(label),
  repetitions: 2,
  figures: {
    usPerRestore: { title: 'server CPU, µs', digits: 0, drawn: true },
    redisUs: { title: 'Redis CPU, µs', digits: 0 },
    ms: { title: 'ms', digits: 1 },
    usPerStranger: { title: 'a new connection: server CPU, µs', digits: 0 },
  },
  limitMs: 240_000,

  async run(side, { quick, profile }) {
    const parts = [];
    for (const events of quick ? QUICK_ELSEWHERE : ELSEWHERE) {
      const options = { count: NODES, profile: profile && `${profile}-${events}` };
      const measured = await onStage(side, options, (stage) => after(events, stage, quick ? 200 : 500));
      parts.push({ part: label(events), ...measured });
    }
    return parts;
  },
};

async function after(events, { Client, urls: [west, east], meter }, count) {
  // Cold code would cost the first ones more.
  for (const session of await away(Client, west, { from: count, count: count / 2 })) {
    (await comeBack(Client, east, session)).client.drop();
  }
  const sessions = await away(Client, west, { from: 0, count });
  await happen(Client, west, events);
  const back = [];
  const end = meter();
  await pooled(count, COMING_AT_ONCE, async (index) => back.push(await comeBack(Client, east, sessions[index])));
  const { servers, redis, foreign } = end();
  if (back.some(({ client }) => client.said !== 1)) throw new Error('somebody got something twice');
  for (const { client } of back) client.drop();
  const took = back.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const usPerStranger = await strangers(east, { Client, meter }, count);
  const figures = { usPerRestore: servers / count, redisUs: redis / count, ms: took[count >> 1], usPerStranger };
  return { foreign, figures };
}

async function strangers(url, { Client, meter }, count) {
  const clients = [];
  const end = meter();
  await pooled(count, COMING_AT_ONCE, async (index) => {
    const client = await Client.connect(url, STRANGERS + index);
    // Answered when the connection is set up.
    await client.send('system:ping', {});
    clients.push(client);
  });
  const { servers } = end();
  for (const client of clients) client.drop();
  return servers / count;
}
