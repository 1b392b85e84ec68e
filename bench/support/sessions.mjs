// Sessions that go away, what happens meanwhile, and their return.
import { WireClient } from './wire.mjs';

export const COMING_AT_ONCE = 8;
const OTHER_ROOMS = 20;
const AT_A_TIME = 500;
const HOME = 'home';
const PATIENCE_MS = 10_000;

export async function pooled(items, width, work) {
  const left = [...items];
  const take = async () => {
    for (let item = left.pop(); item; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, take));
}

/** Sessions that are away from the first node, each with one event to get. */
export async function away(url, count) {
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
export async function happen(url, events) {
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

export async function comeBack(url, { name, sid, pid, offset }) {
  const startedAt = performance.now();
  const client = await WireClient.connect(url, name, { pid, offset });
  if (client.sid !== sid) throw new Error(`${name} was not recovered from ${offset}`);
  await heard(client, 1);
  const tookMs = performance.now() - startedAt;
  return { client, tookMs };
}
