// Conversations and who writes in them, over whatever stores the messages: the product, or a bare loop.
import { randomUUID } from 'node:crypto';
import { Client as Postgres } from 'pg';
import { Ages } from './ages.mjs';
import { pooled } from './pool.mjs';
import { Client } from './socketio.mjs';

const CONTENT = 'The quick brown fox jumps over the lazy dog';
const AT_ONCE = 20;

/** One conversation of all users, or several of each user's own. @returns for each message to write: by whom, and where. */
export async function converse(databaseUrl, userIds, each) {
  const places = userIds.flatMap((userId, user) =>
    Array.from({ length: each || 1 }, () => ({ user, userId, conversationId: randomUUID(), content: CONTENT })),
  );
  if (!each) for (const place of places) place.conversationId = places[0].conversationId;
  const ids = [...new Set(places.map(({ conversationId }) => conversationId))];
  const client = new Postgres({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`insert into conversations (id, kind) select unnest($1::uuid[]), 'group'`, [ids]);
  await client.query('insert into conversation_heads (conversation_id) select unnest($1::uuid[])', [ids]);
  const members = [places.map(({ conversationId }) => conversationId), places.map(({ userId }) => userId)];
  await client.query(
    `insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq)
      select conversation, member, 'member', 0, 0, 0 from unnest($1::uuid[], $2::uuid[]) as given (conversation, member)`,
    members,
  );
  await client.end();
  return places;
}

/** Players with accounts and connections, who write in turn. */
export class Talkers {
  stored = 0;
  ages = new Ages();
  #clients = [];
  #places = [];
  #next = [];
  #serial = 0;
  #going = 0;

  static async guests(url, count) {
    const guests = [];
    await pooled(count, AT_ONCE, async (index) => {
      const response = await fetch(`${url}/api/auth/guest`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      if (!response.ok) throw new Error(`no guest: ${await response.text()}`);
      const { accessToken, user } = await response.json();
      guests[index] = { token: accessToken, id: user.id };
    });
    return guests;
  }

  /** They connect when they are members: so they are in the rooms of their conversations. */
  static async enter(url, guests, places) {
    const talkers = new Talkers();
    talkers.#places = guests.map((_, user) => places.filter((place) => place.user === user));
    talkers.#next = guests.map(() => 0);
    await pooled(guests.length, AT_ONCE, async (index) => {
      const client = await Client.connect(url, 0, { token: guests[index].token });
      client.onEnd = (error) => {
        throw error;
      };
      await client.send('system:ping', {});
      talkers.#clients[index] = client;
    });
    return talkers;
  }

  /** Each writes the next message when the last one is acknowledged. */
  saturate() {
    const mine = ++this.#going;
    for (let user = 0; user < this.#clients.length; user++) void this.#writeOn(user, mine);
  }

  async #writeOn(user, mine) {
    while (this.#going === mine) await this.#write(user, performance.now());
  }

  /** So many a second by the clock, whoever has been answered. */
  pace(perSecond) {
    const mine = ++this.#going;
    const beganAt = performance.now();
    let written = 0;
    const tick = () => {
      if (this.#going !== mine) return;
      const due = Math.floor(((performance.now() - beganAt) * perSecond) / 1_000);
      for (; written < due; written++)
        void this.#write(written % this.#clients.length, beganAt + (written * 1_000) / perSecond);
      setTimeout(tick, 1);
    };
    tick();
  }

  rest() {
    this.#going++;
  }

  drop() {
    this.rest();
    for (const client of this.#clients) client.drop();
  }

  async #write(user, dueAt) {
    const places = this.#places[user];
    const { conversationId, content } = places[this.#next[user]++ % places.length];
    const tempId = `bench ${++this.#serial}`;
    const answer = await this.#clients[user].send('message:send', { conversationId, content, tempId });
    if (!answer.success) throw new Error(`refused: ${JSON.stringify(answer)}`);
    this.stored++;
    this.ages.add(performance.now() - dueAt);
  }
}
