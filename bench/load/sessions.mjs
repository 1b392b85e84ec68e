// Sessions that go away, what happens meanwhile, and their return.
import { setTimeout as delay } from 'node:timers/promises';
import { pooled } from './pool.mjs';

export const COMING_AT_ONCE = 8;
const OTHER_ROOMS = 20;
const AT_A_TIME = 500;
/** No connection may send more commands than thirty a second. */
const PACE_MS = 40;
const HOME = 'home';
const PATIENCE_MS = 10_000;
// Beside the players, who are numbered from 0 on.
const [HOST, LISTENER] = [1_000_000, 1_000_001];

/** Sessions that are away from a node, each with one event to get. */
export async function away(Client, url, { from, count }) {
  const sessions = [];
  await pooled(count, COMING_AT_ONCE, async (index) => {
    const player = from + index;
    sessions.push({ player, client: await Client.enter(url, player, HOME) });
  });
  for (const { client } of sessions) client.drop();
  const host = await Client.enter(url, HOST, HOME);
  host.say(HOME);
  await heard(host, 1);
  host.drop();
  return sessions.map(({ player, client: { sid, pid, offset } }) => ({ player, sid, pid, offset }));
}

/** All of it has been delivered to somebody who listens in all these rooms. */
export async function happen(Client, url, events) {
  const listener = await Client.connect(url, LISTENER);
  const rooms = Array.from({ length: OTHER_ROOMS }, (_, index) => `other-${index}`);
  for (const room of rooms) await listener.send('bench:join', { room });
  for (let sent = 0; sent < events; sent += AT_A_TIME) {
    const room = rooms[(sent / AT_A_TIME) % OTHER_ROOMS];
    const [{ success }] = await Promise.all([
      listener.send('bench:fill', { room, count: AT_A_TIME }),
      heard(listener, sent + AT_A_TIME),
      delay(PACE_MS),
    ]);
    if (!success) throw new Error('a command was refused');
  }
  listener.drop();
}

/** @returns the client, which has got what it missed, and how many milliseconds that took. */
export async function comeBack(Client, url, { player, sid, pid, offset }) {
  const startedAt = performance.now();
  const client = await Client.connect(url, player, { pid, offset });
  if (client.sid !== sid) throw new Error(`player ${player} was not recovered from ${offset}`);
  await heard(client, 1);
  return { client, tookMs: performance.now() - startedAt };
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
