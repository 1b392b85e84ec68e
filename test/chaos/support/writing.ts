/** One conversation, written to from everywhere while things break, round after round; and the proof of each round. */
import { randomUUID } from 'node:crypto';
import type { ConversationView } from '@aeturnis/contracts';
import { Client } from 'pg';
import { call } from '../../support/http';
import { everyFew } from './breaking';
import { Crowd, type Traveller } from './crowd';
import { LogReader } from './log-reader';
import type { ChaosNode } from './node';
import type { Counted } from './scenario';
import type { Chance } from './seed';
import type { Guest, World } from './world';
import { type Acked, overHttp, overSocket, Writer } from './writer';

const PAUSE_MS = 150;
const CONVERGED_MS = 30_000;

/** A connection that broke without the node noticing is gone soon. */
export const ENVIRONMENT = { PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '4000' };

export interface Size {
  /** On each of two nodes: who writes over a socket and reads, who writes over HTTP, who reads alone. */
  readonly sockets: number;
  readonly http: number;
  readonly readers: number;
}

interface Row {
  seq: string;
  type: string;
  id: string | null;
  temp_id: string | null;
  actor_id: string;
  content: string | null;
}

export class Writing {
  private constructor(
    private readonly world: World,
    private readonly crowds: readonly Crowd[],
    private readonly byHttp: readonly Guest[],
    private readonly size: Size,
  ) {}

  /** Behind a door each, half of all on the first node and half on the second. */
  static async begin(world: World, size: Size): Promise<Writing> {
    const nodes = [world.node(0), world.node(1)];
    const crowds = await Promise.all(nodes.map((node) => Crowd.enter(world, node, size.sockets + size.readers)));
    return new Writing(world, crowds, await world.guests(2 * size.http), size);
  }

  /** A node that is killed: who was on it is led to the other one, and back when it has come again. */
  async replace(node: ChaosNode, killed: Promise<void>): Promise<void> {
    const [crowd] = this.crowds.filter((_, index) => this.world.node(index) === node);
    const others = this.world.running.filter((other) => other !== node);
    await killed;
    if (others[0]) crowd?.lead(others[0]);
    await node.restart();
    crowd?.lead(node);
  }

  /** Until told to stop: breaks connections of clients, also without the node noticing, and to the database; some begin anew. */
  async disturb(chance: Chance, goOn: () => boolean, written: () => number): Promise<void> {
    await Promise.all([
      everyFew(40, written, goOn, chance, () => {
        const third = chance.below(3);
        chance.pick(this.crowds).gate.cut({ halfOpen: chance.below(4) === 0, only: (port) => port % 3 === third });
      }),
      everyFew(100, written, goOn, chance, () => {
        const { socket } = chance.pick(this.travellers).client;
        if (socket.connected) socket.disconnect().connect();
      }),
      everyFew(40, written, goOn, chance, () => this.breakTransactions()),
    ]);
  }

  /** Everybody writes while `breaking` goes on, in a conversation of its own; then all is there, once, and everybody has it. */
  async round(
    chance: Chance,
    breaking: (goOn: () => boolean, written: () => number) => Promise<void>,
  ): Promise<Counted> {
    const conversationId = await this.converse();
    const readers = this.travellers.map(({ client }) => new LogReader(client, conversationId));
    const writers = this.writers(chance);
    let over = false;
    const goOn = (): boolean => !over;
    const acks = (): Acked[] => writers.flatMap((writer) => writer.acks);
    const writing = Promise.all(writers.map((writer) => writer.write(conversationId, goOn, PAUSE_MS)));
    await Promise.race([breaking(goOn, () => acks().length), writing]).finally(() => (over = true));
    await writing;
    const rows = await this.rows(conversationId);
    prove(rows, acks());
    await Promise.all(readers.map((reader) => reader.has(rows.length, CONVERGED_MS)));
    const log = rows.map(wordOf);
    for (const reader of readers) {
      expect(reader.log.map(({ type, data }) => wordOf({ type, ...data }))).toEqual(log);
      expect([reader.untold, reader.doubled]).toEqual([[], []]);
    }
    const duplicates = acks().filter(({ duplicate }) => duplicate).length;
    const syncs = readers.reduce((sum, { asked }) => sum + asked, 0);
    return { messages: rows.length - 1, duplicates, syncs };
  }

  private get travellers(): Traveller[] {
    return this.crowds.flatMap(({ travellers }) => travellers);
  }

  private writers(chance: Chance): Writer[] {
    const doors = this.crowds.map(
      ({ gate }) =>
        (): string =>
          new URL(gate.url).origin,
    );
    const ways = (token: string) => doors.map((door) => overHttp(door, token));
    const sockets = this.crowds.flatMap(({ travellers }) => travellers.slice(0, this.size.sockets));
    return [
      ...sockets.map(({ client, accessToken }) => [overSocket(client), ...ways(accessToken)]),
      ...this.byHttp.map(({ accessToken }) => ways(accessToken)),
    ].map((each, index) => new Writer(`writer ${index}`, each, chance.another(index)));
  }

  /** Begins a conversation of all of them, that all have been told of. */
  private async converse(): Promise<string> {
    const [creator, ...others] = [...this.travellers, ...this.byHttp];
    const participantIds = others.map(({ id }) => id);
    const { body } = await call(this.world.node(0).url, 'POST', '/api/conversations', {
      token: creator?.accessToken ?? '',
      body: { kind: 'group', participantIds },
    });
    const { id = randomUUID() } = body as unknown as Partial<ConversationView>;
    for (const { client } of this.travellers)
      await client.event('conversation:created', ({ conversationId }) => conversationId === id, CONVERGED_MS);
    return id;
  }

  private async rows(conversationId: string): Promise<Row[]> {
    return this.query<Row>('select * from conversation_log where conversation_id = $1 order by seq', conversationId);
  }

  /** Ends those connections of nodes to PostgreSQL that are in the middle of something. */
  private async breakTransactions(): Promise<void> {
    await this.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'aeturnis' and state <> 'idle'`);
  }

  private async query<Found extends object>(text: string, ...values: unknown[]): Promise<Found[]> {
    const client = new Client({ connectionString: this.world.database.url });
    await client.connect();
    try {
      return (await client.query<Found>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}

/** The sequence has no hole, and every message is there once, as each of its acks has it. */
function prove(rows: readonly Row[], acks: readonly Acked[]): void {
  expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, index) => index + 1));
  const stored = new Map(rows.map((row) => [row.temp_id, row]));
  for (const { tempId, messageId, seq, content } of acks)
    expect(stored.get(tempId)).toMatchObject({ id: messageId, seq: String(seq), content, type: 'message:new' });
  const names = new Set(acks.map(({ tempId }) => tempId));
  expect(rows.length - 1).toBe(names.size);
}

/** What has to be the same in the database and in what a reader has. */
function wordOf(entry: { seq: string | number; type: string; id?: string | null; content?: string | null }): string {
  return [entry.seq, entry.type, entry.id ?? '', entry.content ?? ''].join(' ');
}
