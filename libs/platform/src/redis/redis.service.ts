/** The Redis connections of this node and their state. Logs every change of that state. */
import { once } from 'node:events';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { APP_CONFIG, type AppConfig } from '../config/app-config';
import { StateChangeLog } from '../logging/state-change-log';
import { Shutdown } from '../shutdown/shutdown';
import { PubSubHeartbeat } from './pubsub-heartbeat';
import { RedisEvictionError, evictionPolicy } from './eviction-policy';
import { PingMonitor } from './ping-monitor';
import { COMMAND_OPTIONS, SUBSCRIBER_OPTIONS } from './redis-options';
import { Subscriber } from './subscriber';
import { UsabilityCheck } from './usability-check';

type RedisState = 'off' | 'up' | 'down';

const PING_INTERVAL_MS = 1_000;
const ERROR_LOG_INTERVAL_MS = 60_000;
/** How long the boot waits for Redis to connect. Afterwards the node starts without it. */
const FIRST_CONNECT_MS = 1_000;

@Injectable()
export class RedisService implements OnModuleInit {
  private readonly logger = new Logger('Redis');
  private readonly changes = new StateChangeLog(this.logger);
  private readonly clients: Redis[] = [];
  private readonly heartbeat: PubSubHeartbeat;
  private readonly usabilityCheck: UsabilityCheck;
  private readonly usabilityListeners = new Set<(unusableReason: string | null) => void>();
  private currentUnusableReason: string | null = null;
  private readonly roundTripListeners = new Set<(ms: number) => void>();
  private readonly stateListeners = new Set<(state: RedisState) => void>();
  private readonly commandClient: Redis | null;
  private pingTimer: NodeJS.Timeout | undefined;
  private readonly pings = new PingMonitor();
  private errorLoggedAt = -Infinity;
  private hasConnected = false;
  private currentState: RedisState;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    shutdown: Shutdown,
  ) {
    this.currentState = config.redisUrl === undefined ? 'off' : 'down';
    // The hash tag puts these keys into the slot of all other keys: one shard of a cluster serves no other slot.
    this.heartbeat = new PubSubHeartbeat(`{rt}:canary:${config.nodeId}`, config.redisPubSub === 'sharded');
    this.usabilityCheck = new UsabilityCheck(`{rt}:check:${config.nodeId}`, this.heartbeat, !this.isEvictionRefused);
    this.commandClient = config.redisUrl === undefined ? null : this.connect(COMMAND_OPTIONS);
    if (!this.commandClient) return;
    const { commandClient } = this;
    this.commandClient.on('ready', () => this.onCommandClientReady());
    this.commandClient.on('close', () => this.setState('down'));
    this.pings.add(this.commandClient, (isAnswered, roundTripMs) => {
      if (isAnswered) for (const listener of this.roundTripListeners) listener(roundTripMs);
      this.setState(isAnswered ? 'up' : 'down');
      if (isAnswered) void this.usabilityCheck.run(commandClient).then((reason) => this.setUnusableReason(reason));
    });
    this.pingTimer = setInterval(() => this.pings.pingAll(), PING_INTERVAL_MS).unref();
    shutdown.register('pools', 'redis', () => this.close());
  }

  async onModuleInit(): Promise<void> {
    if (!this.commandClient) return;
    if (this.commandClient.status !== 'ready') {
      const signal = AbortSignal.timeout(FIRST_CONNECT_MS);
      await once(this.commandClient, 'ready', { signal }).catch(() => undefined);
    }
    await this.checkEviction(this.commandClient);
    this.setUnusableReason(await this.usabilityCheck.run(this.commandClient));
  }

  /** `off`: REDIS_URL is unset. `down`: Redis does not answer. */
  get state(): RedisState {
    return this.currentState;
  }

  /** Why Redis cannot be used although it answers, or null. */
  get unusableReason(): string | null {
    return this.currentUnusableReason;
  }

  /** Whether Redis answers and no reason is known why it cannot be used. */
  get isUsable(): boolean {
    return this.currentState === 'up' && this.currentUnusableReason === null;
  }

  onUsabilityChange(listener: (unusableReason: string | null) => void): void {
    this.usabilityListeners.add(listener);
  }

  /** The command connection, or null if Redis is not configured. Its commands reject while Redis does not answer. */
  get client(): Redis | null {
    return this.commandClient;
  }

  /** A separate command connection without auto-pipelining, for callers that send large single commands. */
  createDedicatedClient(): Redis {
    const client = this.connect({ ...COMMAND_OPTIONS, enableAutoPipelining: false });
    this.pings.add(client);
    return client;
  }

  /** A separate connection for subscriptions. This service handles its errors and closes it. */
  createSubscriber(): Redis {
    return this.heartbeat.track(
      this.register(new Subscriber(this.config.redisUrl ?? '', this.withConnectionName(SUBSCRIBER_OPTIONS))),
    );
  }

  onStateChange(listener: (state: RedisState) => void): void {
    this.stateListeners.add(listener);
  }

  /** The listener is called once a second with the round trip of a ping, in milliseconds. */
  onRoundTrip(listener: (ms: number) => void): void {
    this.roundTripListeners.add(listener);
  }

  /** Round trip in milliseconds. @throws when Redis does not answer. */
  async ping(): Promise<number> {
    if (!this.commandClient) throw new Error('Redis is not configured: set REDIS_URL');
    const start = performance.now();
    await this.commandClient.ping();
    return performance.now() - start;
  }

  private async close(): Promise<void> {
    clearInterval(this.pingTimer);
    this.stateListeners.clear();
    this.usabilityListeners.clear();
    this.roundTripListeners.clear();
    await Promise.all(this.clients.map(closeClient));
  }

  private connect(options: RedisOptions): Redis {
    return this.register(new Redis(this.config.redisUrl ?? '', this.withConnectionName(options)));
  }

  private withConnectionName<Options extends RedisOptions>(options: Options): Options & { connectionName: string } {
    return { ...options, connectionName: `aeturnis:${this.config.nodeId}` };
  }

  private register<Client extends Redis>(client: Client): Client {
    client.on('error', (error: Error) => this.logConnectionError(error));
    this.clients.push(client);
    return client;
  }

  private onCommandClientReady(): void {
    if (this.hasConnected) this.heartbeat.reconnectSubscribers();
    this.hasConnected = true;
    this.setState('up');
  }

  private get isEvictionRefused(): boolean {
    return this.config.isProduction && !this.config.allowRedisEviction;
  }

  // Only at boot: if Redis is reconfigured to evict keys later, the node becomes degraded and keeps its players.
  private async checkEviction(redis: Redis): Promise<void> {
    const policy = evictionPolicy(await redis.info('memory').catch(() => ''));
    if (policy === null) return;
    const problem = `Redis deletes keys when it is full (maxmemory-policy ${policy}), so clients may miss events: set maxmemory-policy noeviction`;
    if (this.isEvictionRefused) throw new RedisEvictionError(`${problem}, or ALLOW_REDIS_EVICTION=true`);
    this.logger.warn({ message: problem });
  }

  private setState(state: RedisState): void {
    if (state === this.currentState) return;
    this.currentState = state;
    if (state === 'up') this.changes.record('log', { message: 'Redis is connected' });
    else
      this.changes.record('warn', { message: 'Redis does not answer; this node continues without it and reconnects' });
    for (const listener of this.stateListeners) listener(state);
  }

  private setUnusableReason(found: string | null | undefined): void {
    if (found === undefined) return;
    // A lost connection has a log line of its own.
    const reason = this.currentState === 'up' ? found : null;
    if (reason === this.currentUnusableReason) return;
    this.currentUnusableReason = reason;
    if (reason === null) this.changes.record('log', { message: 'Redis can be used again' });
    else this.changes.record('error', { message: `Redis answers but cannot be used: ${reason}` });
    for (const listener of this.usabilityListeners) listener(reason);
  }

  private logConnectionError(error: Error): void {
    const now = performance.now();
    if (now - this.errorLoggedAt < ERROR_LOG_INTERVAL_MS) return;
    this.errorLoggedAt = now;
    const { hostname, port } = new URL(this.config.redisUrl ?? 'redis://');
    this.logger.warn({
      message: `Redis cannot be reached at ${hostname}:${port || '6379'}: ${error.message || 'no answer'}; retrying`,
    });
  }
}

async function closeClient(client: Redis): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => undefined);
  client.disconnect();
}
