// Creates conversations, and loads a server with members who write in them.
import { randomUUID } from 'node:crypto';
import { Client as Postgres } from 'pg';
import { LatencySamples } from './latency-samples.mjs';
import { runConcurrently } from './concurrency.mjs';
import { Client } from './clients/socketio.mjs';

const CONTENT = 'The quick brown fox jumps over the lazy dog';
const CONCURRENCY = 20;

/** Creates one conversation of all users, or several for each. @returns targets `{ user, userId, conversationId, content }`. */
export async function createConversations(databaseUrl, userIds, conversationsPerUser) {
  const targets = userIds.flatMap((userId, user) =>
    Array.from({ length: conversationsPerUser || 1 }, () => ({
      user,
      userId,
      conversationId: randomUUID(),
      content: CONTENT,
    })),
  );
  if (!conversationsPerUser) for (const target of targets) target.conversationId = targets[0].conversationId;
  const ids = [...new Set(targets.map(({ conversationId }) => conversationId))];
  const client = new Postgres({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`insert into conversations (id, kind) select unnest($1::uuid[]), 'group'`, [ids]);
  await client.query('insert into conversation_heads (conversation_id) select unnest($1::uuid[])', [ids]);
  const members = [targets.map(({ conversationId }) => conversationId), targets.map(({ userId }) => userId)];
  await client.query(
    `insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
      select conversation, member, 'member', 0, 0, 0 from unnest($1::uuid[], $2::uuid[]) as given (conversation, member)`,
    members,
  );
  await client.end();
  return targets;
}

/** Connected guests who write messages. */
export class ConversationWriters {
  stored = 0;
  latencies = new LatencySamples();
  #clients = [];
  #targetsByUser = [];
  #nextTarget = [];
  #serial = 0;
  #generation = 0;

  static async createGuests(url, count) {
    const guests = [];
    await runConcurrently(count, CONCURRENCY, async (index) => {
      const response = await fetch(`${url}/api/auth/guest`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      if (!response.ok) throw new Error(`creating a guest failed: ${await response.text()}`);
      const { accessToken, user } = await response.json();
      guests[index] = { token: accessToken, id: user.id };
    });
    return guests;
  }

  /** Connects the guests. They must be members already, since a connection joins the rooms of its conversations once. */
  static async connect(url, guests, targets) {
    const writers = new ConversationWriters();
    writers.#targetsByUser = guests.map((_, user) => targets.filter((target) => target.user === user));
    writers.#nextTarget = guests.map(() => 0);
    await runConcurrently(guests.length, CONCURRENCY, async (index) => {
      const client = await Client.connect(url, 0, { token: guests[index].token });
      client.onEnd = (error) => {
        throw error;
      };
      await client.send('system:ping', {});
      writers.#clients[index] = client;
    });
    return writers;
  }

  /** Closed loop: each guest writes the next message when the last one is acknowledged. */
  saturate() {
    const generation = ++this.#generation;
    for (let user = 0; user < this.#clients.length; user++) void this.#writeLoop(user, generation);
  }

  async #writeLoop(user, generation) {
    while (this.#generation === generation) await this.#write(user, performance.now());
  }

  /** Open loop: writes at this rate, independent of the acks. Latencies count from the scheduled time. */
  pace(perSecond) {
    const generation = ++this.#generation;
    const beganAt = performance.now();
    let written = 0;
    const tick = () => {
      if (this.#generation !== generation) return;
      const due = Math.floor(((performance.now() - beganAt) * perSecond) / 1_000);
      for (; written < due; written++)
        void this.#write(written % this.#clients.length, beganAt + (written * 1_000) / perSecond);
      setTimeout(tick, 1);
    };
    tick();
  }

  stop() {
    this.#generation++;
  }

  drop() {
    this.stop();
    for (const client of this.#clients) client.drop();
  }

  async #write(user, dueAt) {
    const targets = this.#targetsByUser[user];
    const { conversationId, content } = targets[this.#nextTarget[user]++ % targets.length];
    const tempId = `bench ${++this.#serial}`;
    const answer = await this.#clients[user].send('message:send', { conversationId, content, tempId });
    if (!answer.success) throw new Error(`refused: ${JSON.stringify(answer)}`);
    this.stored++;
    this.latencies.add(performance.now() - dueAt);
  }
}
