/** Writes to one conversation over all routes while faults are injected, in rounds, and verifies the log of each round. */
import { randomUUID } from 'node:crypto';
import type { ConversationView } from '@aeturnis/contracts';
import { Client } from 'pg';
import { callApi } from '../../../support/clients/http';
import { repeatAtRandomCounts } from '../fault-timing';
import { ClientGroup, type ReconnectingClient } from './client-group';
import { LogReader } from '../assertions/log-reader';
import type { ChaosNode } from '../chaos-node';
import type { ScenarioCounts } from '../scenario';
import type { ScenarioRandom } from '../scenario-random';
import type { ChaosGuest, ChaosCluster } from '../chaos-cluster';
import { type AckedMessage, httpRoute, socketRoute, MessageWriter } from './message-writer';

const PAUSE_MS = 150;
const CONVERGENCE_TIMEOUT_MS = 30_000;

/** Short intervals, so that a node soon detects half-open connections. */
export const SHORT_PING_ENVIRONMENT = { PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '4000' };

export interface ConversationLoadSize {
  /** On each of two nodes: the members that write over a socket and read, write over HTTP, and only read. */
  readonly sockets: number;
  readonly http: number;
  readonly readers: number;
}

interface LogRow {
  seq: string;
  type: string;
  id: string | null;
  temp_id: string | null;
  actor_id: string;
  content: string | null;
}

export class ConversationLoad {
  private constructor(
    private readonly cluster: ChaosCluster,
    private readonly clientGroups: readonly ClientGroup[],
    private readonly httpGuests: readonly ChaosGuest[],
    private readonly size: ConversationLoadSize,
  ) {}

  /** Connects one client group to each of two nodes, and creates the guests that write over HTTP. */
  static async start(cluster: ChaosCluster, size: ConversationLoadSize): Promise<ConversationLoad> {
    const nodes = [cluster.node(0), cluster.node(1)];
    const groups = await Promise.all(
      nodes.map((node) => ClientGroup.connectGuests(cluster, node, size.sockets + size.readers)),
    );
    return new ConversationLoad(cluster, groups, await cluster.createGuests(2 * size.http), size);
  }

  /** Redirects the clients of a killed node to another one, restarts the node, and redirects them back. */
  async restartKilledNode(node: ChaosNode, killed: Promise<void>): Promise<void> {
    const [group] = this.clientGroups.filter((_, index) => this.cluster.node(index) === node);
    const others = this.cluster.runningNodes.filter((other) => other !== node);
    await killed;
    if (others[0]) group?.redirectTo(others[0]);
    await node.restart();
    group?.redirectTo(node);
  }

  /** Repeatedly resets client connections, some half-open, reconnects clients with new sessions, and ends transactions. */
  async injectFaults(random: ScenarioRandom, shouldContinue: () => boolean, ackCount: () => number): Promise<void> {
    await Promise.all([
      repeatAtRandomCounts(40, ackCount, shouldContinue, random, () => {
        const third = random.nextInt(3);
        random
          .pick(this.clientGroups)
          .gate.resetConnections({ halfOpen: random.nextInt(4) === 0, only: (port) => port % 3 === third });
      }),
      repeatAtRandomCounts(100, ackCount, shouldContinue, random, () => {
        const { socket } = random.pick(this.members).client;
        if (socket.connected) socket.disconnect().connect();
      }),
      repeatAtRandomCounts(40, ackCount, shouldContinue, random, () => this.breakTransactions()),
    ]);
  }

  /** All writers write to a new conversation during `injectFaults`; then the log must match the acks and every reader. */
  async runRound(
    random: ScenarioRandom,
    injectFaults: (shouldContinue: () => boolean, ackCount: () => number) => Promise<void>,
  ): Promise<ScenarioCounts> {
    const conversationId = await this.createConversation();
    const readers = this.members.map(({ client }) => new LogReader(client, conversationId));
    const writers = this.writers(random);
    let isOver = false;
    const shouldContinue = (): boolean => !isOver;
    const acks = (): AckedMessage[] => writers.flatMap((writer) => writer.acks);
    const writing = Promise.all(writers.map((writer) => writer.write(conversationId, shouldContinue, PAUSE_MS)));
    await Promise.race([injectFaults(shouldContinue, () => acks().length), writing]).finally(() => (isOver = true));
    await writing;
    const rows = await this.readLog(conversationId);
    expectLogMatchesAcks(rows, acks());
    await Promise.all(readers.map((reader) => reader.waitForSeq(rows.length, CONVERGENCE_TIMEOUT_MS)));
    const log = rows.map(entryText);
    for (const reader of readers) {
      expect(reader.log.map(({ type, data }) => entryText({ type, ...data }))).toEqual(log);
      expect([reader.unannouncedGaps, reader.duplicates]).toEqual([[], []]);
    }
    const duplicates = acks().filter(({ duplicate }) => duplicate).length;
    const syncs = readers.reduce((sum, { syncCount }) => sum + syncCount, 0);
    return { messages: rows.length - 1, duplicates, syncs };
  }

  private get members(): ReconnectingClient[] {
    return this.clientGroups.flatMap(({ members }) => members);
  }

  private writers(random: ScenarioRandom): MessageWriter[] {
    const urls = this.clientGroups.map(
      ({ gate }) =>
        (): string =>
          new URL(gate.url).origin,
    );
    const httpRoutes = (token: string) => urls.map((url) => httpRoute(url, token));
    const sockets = this.clientGroups.flatMap(({ members }) => members.slice(0, this.size.sockets));
    return [
      ...sockets.map(({ client, accessToken }) => [socketRoute(client), ...httpRoutes(accessToken)]),
      ...this.httpGuests.map(({ accessToken }) => httpRoutes(accessToken)),
    ].map((routes, index) => new MessageWriter(`writer ${index}`, routes, random.derive(index)));
  }

  /** Creates a conversation of all members and waits until every client has received its event. */
  private async createConversation(): Promise<string> {
    const [creator, ...others] = [...this.members, ...this.httpGuests];
    const participantIds = others.map(({ id }) => id);
    const { body } = await callApi(this.cluster.node(0).url, 'POST', '/api/conversations', {
      token: creator?.accessToken ?? '',
      body: { kind: 'group', participantIds },
    });
    const { id = randomUUID() } = body as unknown as Partial<ConversationView>;
    for (const { client } of this.members)
      await client.waitForEvent(
        'conversation:created',
        ({ conversationId }) => conversationId === id,
        CONVERGENCE_TIMEOUT_MS,
      );
    return id;
  }

  private async readLog(conversationId: string): Promise<LogRow[]> {
    return this.query<LogRow>('select * from conversation_log where conversation_id = $1 order by seq', conversationId);
  }

  /** Terminates the nodes' PostgreSQL connections that are not idle. */
  private async breakTransactions(): Promise<void> {
    await this.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'aeturnis' and state <> 'idle'`);
  }

  private async query<Found extends object>(text: string, ...values: unknown[]): Promise<Found[]> {
    const client = new Client({ connectionString: this.cluster.database.url });
    await client.connect();
    try {
      return (await client.query<Found>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}

/** The sequence has no gap, and every acknowledged message is stored once, as each of its acks states. */
function expectLogMatchesAcks(rows: readonly LogRow[], acks: readonly AckedMessage[]): void {
  expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, index) => index + 1));
  const stored = new Map(rows.map((row) => [row.temp_id, row]));
  for (const { tempId, messageId, seq, content } of acks)
    expect(stored.get(tempId)).toMatchObject({ id: messageId, seq: String(seq), content, type: 'message:new' });
  const names = new Set(acks.map(({ tempId }) => tempId));
  expect(rows.length - 1).toBe(names.size);
}

/** The fields in which the database and a reader must agree. */
function entryText(entry: { seq: string | number; type: string; id?: string | null; content?: string | null }): string {
  return [entry.seq, entry.type, entry.id ?? '', entry.content ?? ''].join(' ');
}
