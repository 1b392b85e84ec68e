/** A node with players who go on sending commands whatever happens, and the troubles that its services can have. */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { connect, createCharacter, playAsGuest, type TestClient } from './client';
import { Gate } from './gate';
import { createMigratedDatabase, type TestDatabase } from './postgres';
import { RestrictedRedis } from './restricted-redis';
import type { ServerProcess } from './server';

export type Trouble =
  'database away' | 'database read-only' | 'tables locked' | 'Redis away' | 'Redis refusing a right' | 'Redis full';

const PACE_MS = 1_000;

interface Player {
  readonly client: TestClient;
  readonly accessToken: string;
  readonly partnerId: string;
  readonly conversationId: string;
  seq: number;
}

export class TroubledNode {
  private readonly stopping = new AbortController();
  private readonly playing: Promise<void>[] = [];

  private constructor(
    readonly server: ServerProcess,
    private readonly redis: RestrictedRedis,
    private readonly database: TestDatabase,
    private readonly databaseGate: Gate,
    private readonly redisGate: Gate,
    private readonly operator: Client,
  ) {}

  static async start(): Promise<TroubledNode> {
    const [redis, database] = await Promise.all([RestrictedRedis.start(), createMigratedDatabase()]);
    const [databaseGate, redisGate] = await Promise.all([Gate.before(database.url), Gate.before(redis.url)]);
    await Promise.all([databaseGate.open(), redisGate.open()]);
    const operator = new Client({ connectionString: database.url });
    operator.on('error', () => undefined);
    await operator.connect();
    const environment = { DATABASE_URL: databaseGate.url, REDIS_URL: redisGate.url, LIMITS: 'off' };
    const server = await redis.startNode(environment);
    return new TroubledNode(server, redis, database, databaseGate, redisGate, operator);
  }

  /** Brings in players, two and two in a conversation, who send several commands and one request a second. */
  async play(players: number): Promise<void> {
    const { url } = this.server;
    setMaxListeners(players, this.stopping.signal);
    for (let pair = 0; pair < players / 2; pair++) {
      const guests = await Promise.all([playAsGuest(url), playAsGuest(url)]);
      const clients = await Promise.all(
        guests.map(({ accessToken }) => connect(url, accessToken, { reconnection: true })),
      );
      const characters = await Promise.all(guests.map((guest) => createCharacter(url, guest)));
      const participantIds = [guests[1].id];
      const { id } = (await clients[0]?.send('conversation:create', { kind: 'direct', participantIds })) as unknown as {
        id: string;
      };
      for (const [index, client] of clients.entries()) {
        await client.send('character:select', { characterId: characters[index]?.id });
        const partnerId = guests[1 - index]?.id ?? '';
        const accessToken = guests[index]?.accessToken ?? '';
        this.playing.push(this.playOn({ client, accessToken, partnerId, conversationId: id, seq: 0 }));
      }
    }
  }

  async spoil(trouble: Trouble): Promise<void> {
    switch (trouble) {
      case 'database away':
        return this.databaseGate.shut();
      case 'database read-only':
        await this.operator.query(
          `alter database ${new URL(this.database.url).pathname.slice(1)} set default_transaction_read_only = on`,
        );
        return this.databaseGate.cut();
      case 'tables locked':
        return this.lockTables();
      case 'Redis away':
        return this.redisGate.shut();
      case 'Redis refusing a right':
        await this.redis.permit('-@scripting');
        return;
      case 'Redis full':
        await this.redis.operator.config('SET', 'maxmemory', '1');
    }
  }

  /** The lines that the node has logged so far. */
  get lines(): string[] {
    return this.server.output().split('\n').filter(Boolean);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.server.kill('SIGKILL');
    await this.server.exited;
    await Promise.all(this.playing);
    await Promise.all([this.databaseGate.shut(), this.redisGate.shut()]);
    await this.operator.end();
    await this.redis.close();
    await this.database.drop();
  }

  // Of a deadlock with a command, the command is the victim: it looks for one sooner.
  private async lockTables(): Promise<void> {
    const { rows } = await this.operator.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    const tables = rows.map(({ name }) => name).join(', ');
    await this.operator.query(`set deadlock_timeout = '60s'; begin`);
    await this.operator.query(`lock table ${tables} in access exclusive mode`);
  }

  private async playOn(player: Player): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.step(player);
      await delay(PACE_MS, undefined, { signal }).catch(() => undefined);
    }
    player.client.close();
  }

  /** Nobody waits for the answers. */
  private step(player: Player): void {
    const { client, accessToken, conversationId, partnerId } = player;
    const seq = ++player.seq;
    client.forget();
    const send = (event: string, payload: object = {}): void => void client.send(event, payload).catch(() => undefined);
    if (!client.socket.connected) return;
    send('system:ping');
    send('character:move', { seq, x: 0.1 * Math.sin(seq), y: 0 });
    send('message:send', { conversationId, content: `message ${seq}`, tempId: `temp-${seq}` });
    if (seq % 2 === 0) send('presence:update', { status: seq % 4 === 0 ? 'away' : 'online' });
    if (seq % 3 === 0) send('chat:message', { channel: 'global', text: `message ${seq}` });
    if (seq % 3 === 1) send('chat:whisper', { toUserId: partnerId, text: `message ${seq}` });
    if (seq % 3 === 2) send('typing:start', { conversationId });
    if (seq % 4 === 1) send('conversation:sync', { conversationId, after: 0 });
    if (seq % 4 === 3) send('notification:list');
    fetch(`${this.server.url}/api/me`, { headers: { Authorization: `Bearer ${accessToken}` } }).then(
      (response) => response.text(),
      () => undefined,
    );
  }
}
