// Session resume on another node: its cost must not grow with the events of rooms that the session is not in.
import { runConcurrently } from '../load/concurrency.mjs';
import {
  createDisconnectedSessions,
  resumeSession,
  RESUME_CONCURRENCY,
  emitInOtherRooms,
} from '../load/disconnected-sessions.mjs';
import { withServers } from '../support/with-servers.mjs';

const NODES = 2;
const EVENTS_ELSEWHERE = [0, 10_000, 100_000];
const QUICK_EVENTS_ELSEWHERE = [0, 10_000];
const label = (events) => events.toLocaleString('en-US');
/** Players without a session, for comparison, are numbered from here on. */
const FIRST_NEW_PLAYER = 100_000;

export const restore = {
  name: 'restore',
  title: 'Session resume',
  about:
    'A client resumes its session on another node, after this many events in rooms it is not in, and receives the one event ' +
    'it missed. Connecting is part of the figures; they must not grow with the events.',
  sides: ['ours + Redis'],
  parts: EVENTS_ELSEWHERE.map(label),
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
    for (const events of quick ? QUICK_EVENTS_ELSEWHERE : EVENTS_ELSEWHERE) {
      const options = { count: NODES, profile: profile && `${profile}-${events}` };
      const measured = await withServers(side, options, (stage) => measureRestore(events, stage, quick ? 200 : 500));
      parts.push({ part: label(events), ...measured });
    }
    return parts;
  },
};

async function measureRestore(events, { Client, urls: [west, east], meter }, count) {
  // Warm-up: cold code would make the first sessions more expensive.
  for (const session of await createDisconnectedSessions(Client, west, { from: count, count: count / 2 })) {
    (await resumeSession(Client, east, session)).client.drop();
  }
  const sessions = await createDisconnectedSessions(Client, west, { from: 0, count });
  await emitInOtherRooms(Client, west, events);
  const resumed = [];
  const end = meter();
  await runConcurrently(count, RESUME_CONCURRENCY, async (index) =>
    resumed.push(await resumeSession(Client, east, sessions[index])),
  );
  const { servers, redis, foreign } = end();
  if (resumed.some(({ client }) => client.said !== 1)) throw new Error('a resumed client received an event twice');
  for (const { client } of resumed) client.drop();
  const took = resumed.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const usPerStranger = await measureNewConnections(east, { Client, meter }, count);
  const figures = { usPerRestore: servers / count, redisUs: redis / count, ms: took[count >> 1], usPerStranger };
  return { foreign, figures };
}

async function measureNewConnections(url, { Client, meter }, count) {
  const clients = [];
  const end = meter();
  await runConcurrently(count, RESUME_CONCURRENCY, async (index) => {
    const client = await Client.connect(url, FIRST_NEW_PLAYER + index);
    // The server answers when the connection is set up.
    await client.send('system:ping', {});
    clients.push(client);
  });
  const { servers } = end();
  for (const client of clients) client.drop();
  return servers / count;
}
