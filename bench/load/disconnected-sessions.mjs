// Creates disconnected sessions, emits events while they are away, and resumes them.
import { setTimeout as delay } from 'node:timers/promises';
import { runConcurrently } from './concurrency.mjs';

export const RESUME_CONCURRENCY = 8;
const OTHER_ROOM_COUNT = 20;
const BATCH_SIZE = 500;
/** Stays below the limit of 30 commands a second for each connection. */
const PACE_MS = 40;
const HOME_ROOM = 'home';
const RECEIVE_TIMEOUT_MS = 10_000;
// Player numbers outside the range of the players, which starts at 0.
const [HOST, LISTENER] = [1_000_000, 1_000_001];

/** Creates sessions that are disconnected from a node and have missed one event each. */
export async function createDisconnectedSessions(Client, url, { from, count }) {
  const sessions = [];
  await runConcurrently(count, RESUME_CONCURRENCY, async (index) => {
    const player = from + index;
    sessions.push({ player, client: await Client.enter(url, player, HOME_ROOM) });
  });
  for (const { client } of sessions) client.drop();
  const host = await Client.enter(url, HOST, HOME_ROOM);
  host.say(HOME_ROOM);
  await waitForEvents(host, 1);
  host.drop();
  return sessions.map(({ player, client: { sid, pid, offset } }) => ({ player, sid, pid, offset }));
}

/** Emits events in rooms without sessions; resolves when a client in all these rooms has received them. */
export async function emitInOtherRooms(Client, url, events) {
  const listener = await Client.connect(url, LISTENER);
  const rooms = Array.from({ length: OTHER_ROOM_COUNT }, (_, index) => `other-${index}`);
  for (const room of rooms) await listener.send('bench:join', { room });
  for (let sent = 0; sent < events; sent += BATCH_SIZE) {
    const room = rooms[(sent / BATCH_SIZE) % OTHER_ROOM_COUNT];
    const [{ success }] = await Promise.all([
      listener.send('bench:fill', { room, count: BATCH_SIZE }),
      waitForEvents(listener, sent + BATCH_SIZE),
      delay(PACE_MS),
    ]);
    if (!success) throw new Error('bench:fill was refused');
  }
  listener.drop();
}

/** Resumes a session. @returns the client, which has received the missed event, and the duration in milliseconds. */
export async function resumeSession(Client, url, { player, sid, pid, offset }) {
  const startedAt = performance.now();
  const client = await Client.connect(url, player, { pid, offset });
  if (client.sid !== sid) throw new Error(`player ${player} got a new session instead of resuming from ${offset}`);
  await waitForEvents(client, 1);
  return { client, tookMs: performance.now() - startedAt };
}

function waitForEvents(client, count) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`received ${client.said} events instead of ${count}`)),
      RECEIVE_TIMEOUT_MS,
    );
    client.onSaid = () => {
      if (client.said < count) return;
      clearTimeout(timer);
      resolve();
    };
    client.onSaid();
  });
}
