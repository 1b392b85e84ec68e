/** Two nodes on one database and one Redis, or one that is alone, with players who talk in conversations, whichever node they are on. */
import type { ConversationView, EventPayload, LogEventType, SyncPage } from '@aeturnis/contracts';
import type { RunningServer } from '../../apps/server/src/server';
import { closeClients, connect, playAsGuest, type TestClient } from './client';
import { call } from './http';
import { createMigratedDatabase, type TestDatabase } from './postgres';
import { type RedisServer, startRedis } from './redis-server';
import { startTestServer } from './server';

export interface Talker {
  id: string;
  name: string;
  accessToken: string;
  client: TestClient;
  url: string;
}

type Sent = { messageId: string; seq: number; createdAt: string; duplicate?: true };

interface ClusterOptions {
  readonly alone?: boolean;
  /** Beside those that every node of a test has. */
  readonly settings?: Readonly<Record<string, string>>;
}

export class ConversationCluster {
  private constructor(
    readonly west: RunningServer,
    readonly east: RunningServer,
    readonly environment: Record<string, string>,
    private readonly database: TestDatabase,
    private readonly redis: RedisServer | undefined,
  ) {}

  static async open({ alone = false, settings = {} }: ClusterOptions = {}): Promise<ConversationCluster> {
    const [database, redis] = await Promise.all([createMigratedDatabase(), alone ? undefined : startRedis()]);
    const places = { DATABASE_URL: database.url, ...(redis && { REDIS_URL: redis.url }) };
    const environment: Record<string, string> = { ...places, LIMITS: 'off', ...settings };
    const start = (NODE_ID: string): Promise<RunningServer> => startTestServer({ ...environment, NODE_ID });
    const west = start('west');
    const east = alone ? west : start('east');
    return new ConversationCluster(await west, await east, environment, database, redis);
  }

  async close(): Promise<void> {
    await Promise.all([this.west.close(), this.east.close()]);
    await Promise.all([this.redis?.stop(), this.database.drop()]);
  }

  async talker(url: string = this.west.url): Promise<Talker> {
    const guest = await playAsGuest(url);
    return { ...guest, url, client: await connect(url, guest.accessToken) };
  }

  /** On the two nodes in turn. */
  async talkers(count: number): Promise<Talker[]> {
    return Promise.all(Array.from({ length: count }, (_, n) => this.talker(n % 2 ? this.east.url : this.west.url)));
  }
}

export interface Scene {
  cluster: ConversationCluster;
  anna: Talker;
  ben: Talker;
  cleo: Talker;
}

/** For a suite: a cluster of its own, and for each test three who are new, on its two nodes in turn. */
export function onCluster(set: (scene: Scene) => unknown): void {
  let cluster: ConversationCluster;
  beforeAll(async () => {
    cluster = await ConversationCluster.open();
  }, 60_000);
  beforeEach(async () => {
    const [anna, ben, cleo] = (await cluster.talkers(3)) as [Talker, Talker, Talker];
    set({ cluster, anna, ben, cleo });
  });
  afterEach(closeClients);
  afterAll(() => cluster.close());
}

/** From 1. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** A group that the first has begun, once all of them are in it. */
export async function groupOf(owner: Talker, ...others: Talker[]): Promise<string> {
  const participantIds = others.map(({ id }) => id);
  const { id } = await command<ConversationView>(owner, 'conversation:create', { kind: 'group', participantIds });
  const created = [owner, ...others].map(({ client }) =>
    client.event('conversation:created', ({ conversationId }) => conversationId === id),
  );
  await Promise.all(created);
  return id;
}

/** The result of a command that is done. @throws for one that is not. */
export async function command<Result>({ client }: Talker, name: string, payload: object): Promise<Result> {
  const { success, ...result } = await client.send(name, payload);
  if (!success) throw new Error(`${name}: ${JSON.stringify(result)}`);
  return result as Result;
}

/** How a command ends: 'ok', or the code of its error. */
export async function outcome({ client }: Talker, name: string, payload: object): Promise<string> {
  const { success, error } = await client.send(name, payload);
  return success ? 'ok' : (error?.code ?? '');
}

export const send = (by: Talker, conversationId: string, content: string, tempId?: string): Promise<Sent> =>
  command(by, 'message:send', { conversationId, content, ...(tempId === undefined ? {} : { tempId }) });

/** The answer of a request of this player, whatever it is. */
export const request = (by: Pick<Talker, 'url' | 'accessToken'>, method: string, path: string, body?: object) =>
  call(by.url, method, path, { token: by.accessToken, ...(body && { body }) });

/** Whether an event tells an entry of the log of this conversation. */
export function isEntry(event: string, payload: unknown, conversationId: string): payload is { seq: number } {
  const entry = payload as Partial<EventPayload<LogEventType>>;
  const told = event.startsWith('user:') || event.includes('receipt') || event === 'message:delivered';
  return !told && entry.conversationId === conversationId && entry.seq !== undefined;
}

/** What somebody has been told of a conversation, by the numbers of the entries, in the order in which it came. */
export function heard({ client }: Talker, conversationId: string): number[] {
  return client.received.flatMap(({ event, payload }) =>
    isEntry(event, payload, conversationId) ? [payload.seq] : [],
  );
}

/** As a client keeps it that drops what it has had. */
export function inOrder(seqs: readonly number[]): number[] {
  const kept: number[] = [];
  for (const seq of seqs) if (seq > (kept.at(-1) ?? 0)) kept.push(seq);
  return kept;
}

/** Asks again until nothing is missing. */
export async function catchUp(by: Talker, conversationId: string, from: number) {
  const events: SyncPage['conversations'][string]['events'] = [];
  let pages = 0;
  let head = 0;
  for (let cursor: number | undefined = from; cursor !== undefined; pages++) {
    const page: SyncPage = await command(by, 'conversation:sync', { cursors: { [conversationId]: cursor } });
    const answer = page.conversations[conversationId];
    if (!answer) throw new Error('nothing about this conversation');
    events.push(...answer.events);
    head = answer.head;
    cursor = answer.limited ? answer.next : undefined;
  }
  return { events, pages, head };
}
