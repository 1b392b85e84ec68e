/** The connections to Redis of this node, their state, and the word to the log when that changes. */
import { once } from 'node:events';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { APP_CONFIG, type AppConfig } from '../config/app-config';
import { StateChangeLog } from '../logging/state-change-log';
import { Shutdown } from '../shutdown/shutdown';
import { Canary } from './canary';
import { EvictionError, evictionPolicy } from './eviction';
import { Probes } from './probes';
import { COMMAND_OPTIONS, SUBSCRIBER_OPTIONS } from './redis-options';
import { Subscriber } from './subscriber';
import { UsageCheck } from './usage-check';

export type RedisState = 'off' | 'up' | 'down';

const PROBE_MS = 1_000;
const REMIND_MS = 60_000;
/** How long the boot waits for a Redis that may just be slow; without it the node begins alone. */
const FIRST_CONNECT_MS = 1_000;

@Injectable()
export class RedisService implements OnModuleInit {
  private readonly logger = new Logger('Redis');
  private readonly changes = new StateChangeLog(this.logger);
  private readonly clients: Redis[] = [];
  private readonly canary: Canary;
  private readonly usage: UsageCheck;
  private readonly troubleListeners = new Set<(trouble: string | null) => void>();
  private currentTrouble: string | null = null;
  private readonly roundTripListeners = new Set<(ms: number) => void>();
  private readonly listeners = new Set<(state: RedisState) => void>();
  private readonly commandClient: Redis | null;
  private probe: NodeJS.Timeout | undefined;
  private readonly probes = new Probes();
  private lastComplaint = -Infinity;
  private current: RedisState;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    shutdown: Shutdown,
  ) {
    this.current = config.redisUrl === undefined ? 'off' : 'down';
    // In the slot of all other keys: a Redis that is one shard of a cluster answers for no others.
    this.canary = new Canary(`{rt}:canary:${config.nodeId}`, config.redisPubSub === 'sharded');
    this.usage = new UsageCheck(`{rt}:check:${config.nodeId}`, this.canary, !this.refusesEviction);
    this.commandClient = config.redisUrl === undefined ? null : this.connect(COMMAND_OPTIONS);
    if (!this.commandClient) return;
    const { commandClient } = this;
    this.commandClient.on('ready', () => this.become('up'));
    this.commandClient.on('close', () => this.become('down'));
    this.probes.add(this.commandClient, (answers, roundTripMs) => {
      if (answers) for (const listener of this.roundTripListeners) listener(roundTripMs);
      this.become(answers ? 'up' : 'down');
      if (answers) void this.usage.run(commandClient).then((trouble) => this.noticeTrouble(trouble));
    });
    this.probe = setInterval(() => this.probes.askAll(), PROBE_MS).unref();
    shutdown.register('pools', 'redis', () => this.close());
  }

  async onModuleInit(): Promise<void> {
    if (!this.commandClient) return;
    if (this.commandClient.status !== 'ready') {
      const signal = AbortSignal.timeout(FIRST_CONNECT_MS);
      await once(this.commandClient, 'ready', { signal }).catch(() => undefined);
    }
    await this.checkEviction(this.commandClient);
    this.noticeTrouble(await this.usage.run(this.commandClient));
  }

  /** `off`: not configured, one node. `down`: configured, and away. */
  get state(): RedisState {
    return this.current;
  }

  /** Why Redis cannot be used although it answers; null where it can. */
  get trouble(): string | null {
    return this.currentTrouble;
  }

  /** It answers, and can be used as far as is known. */
  get usable(): boolean {
    return this.current === 'up' && this.currentTrouble === null;
  }

  onTrouble(listener: (trouble: string | null) => void): void {
    this.troubleListeners.add(listener);
  }

  /** The connection for commands; null when Redis is not configured. Its commands reject while Redis is away. */
  get client(): Redis | null {
    return this.commandClient;
  }

  /** A connection of its own for who calls once at a time, with much: joining such calls to others costs more than it saves. */
  dedicated(): Redis {
    const client = this.connect({ ...COMMAND_OPTIONS, enableAutoPipelining: false });
    this.probes.add(client);
    return client;
  }

  /** A connection of its own for subscriptions. Errors are handled; it is closed with the others. */
  subscriber(): Redis {
    return this.canary.watch(this.keep(new Subscriber(this.config.redisUrl ?? '', this.named(SUBSCRIBER_OPTIONS))));
  }

  onStateChange(listener: (state: RedisState) => void): void {
    this.listeners.add(listener);
  }

  /** Hears once a second how long Redis took to answer a ping, in milliseconds. */
  onRoundTrip(listener: (ms: number) => void): void {
    this.roundTripListeners.add(listener);
  }

  /** Round trip in milliseconds. @throws when Redis does not answer. */
  async ping(): Promise<number> {
    if (!this.commandClient) throw new Error('Redis is not configured');
    const start = performance.now();
    await this.commandClient.ping();
    return performance.now() - start;
  }

  private async close(): Promise<void> {
    clearInterval(this.probe);
    this.listeners.clear();
    this.troubleListeners.clear();
    this.roundTripListeners.clear();
    await Promise.all(this.clients.map(hangUp));
  }

  private connect(options: RedisOptions): Redis {
    return this.keep(new Redis(this.config.redisUrl ?? '', this.named(options)));
  }

  private named<Options extends RedisOptions>(options: Options): Options & { connectionName: string } {
    return { ...options, connectionName: `aeturnis:${this.config.nodeId}` };
  }

  private keep<Client extends Redis>(client: Client): Client {
    client.on('error', (error: Error) => this.complain(error));
    this.clients.push(client);
    return client;
  }

  private get refusesEviction(): boolean {
    return this.config.production && !this.config.allowRedisEviction;
  }

  // Later on, a Redis that is told to do so makes the node degraded: it ends nobody's game.
  private async checkEviction(redis: Redis): Promise<void> {
    const policy = evictionPolicy(await redis.info('memory').catch(() => ''));
    if (policy === null) return;
    const problem = `Redis deletes keys when it is full (maxmemory-policy ${policy}), and with them what clients still have to get: set maxmemory-policy noeviction`;
    if (this.refusesEviction) throw new EvictionError(`${problem}, or ALLOW_REDIS_EVICTION=true`);
    this.logger.warn({ message: problem });
  }

  private become(state: RedisState): void {
    if (state === this.current) return;
    this.current = state;
    if (state === 'up') this.changes.record('log', { message: 'connected' });
    else this.changes.record('warn', { message: 'lost; this node goes on alone and keeps trying' });
    for (const listener of this.listeners) listener(state);
  }

  private noticeTrouble(found: string | null | undefined): void {
    if (found === undefined) return;
    // A lost connection has its own log line.
    const trouble = this.current === 'up' ? found : null;
    if (trouble === this.currentTrouble) return;
    this.currentTrouble = trouble;
    if (trouble === null) this.changes.record('log', { message: 'can be used again' });
    else this.changes.record('error', { message: `answers, and cannot be used: ${trouble}` });
    for (const listener of this.troubleListeners) listener(trouble);
  }

  private complain(error: Error): void {
    const now = performance.now();
    if (now - this.lastComplaint < REMIND_MS) return;
    this.lastComplaint = now;
    const { hostname, port } = new URL(this.config.redisUrl ?? 'redis://');
    this.logger.warn({
      message: `cannot be reached at ${hostname}:${port || '6379'}: ${error.message || 'no answer'}; trying again`,
    });
  }
}

async function hangUp(client: Redis): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => undefined);
  client.disconnect();
}
