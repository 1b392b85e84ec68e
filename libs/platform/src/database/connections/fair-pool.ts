/**
 * Connection pool that serves users round robin, so that the statements of one user do not delay those of another, and that
 * keeps connections free for other work when one kind of work is slow.
 */
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { ConnectionBulkhead, type ConnectionHold } from './connection-bulkhead';
import { ALL_USERS, FairQueue, type Waiter } from './fair-queue';

type Callback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void;

export interface PoolStats {
  /** Connections in use; `idle` counts the others. */
  readonly used: number;
  readonly idle: number;
  /** Statements and transactions that wait for a connection. */
  readonly waiting: number;
  /** Names of commands and routes that have held a connection for seconds; '' stands for background work. */
  readonly stuckKinds: readonly string[];
}

/** The user and the kind of work that a connection is requested for. Work that serves all users has no user. */
export interface ConnectionRequest {
  readonly user?: string | undefined;
  /** Name of the command or the route. */
  readonly kind?: string | undefined;
}

/** Work that belongs to no command and no route. */
const NO_KIND = '';

export class FairPool extends Pool {
  private readonly queue = new FairQueue();
  private readonly bulkhead: ConnectionBulkhead;
  /** Clients given to a caller. pg-pool also releases a client whose caller timed out before it was set up. */
  private readonly handedOut = new WeakMap<PoolClient, ConnectionHold>();
  private isHandingOut = false;

  /**
   * @param describeRequest returns the user and the kind of work of the current call.
   * @param onWaited is called with the waiting time of each request that had to wait, in milliseconds.
   */
  constructor(
    private readonly settings: PoolConfig & { readonly max: number; readonly connectionTimeoutMillis: number },
    private readonly describeRequest: () => ConnectionRequest,
    private readonly onWaited: (ms: number) => void = () => undefined,
  ) {
    super(settings);
    this.bulkhead = new ConnectionBulkhead(settings.max);
    this.on('release', (_error, client) => this.onReleased(client));
  }

  get stats(): PoolStats {
    const { totalCount, idleCount: idle } = this;
    return { used: totalCount - idle, idle, waiting: this.queue.size, stuckKinds: this.bulkhead.stuckKinds };
  }

  // Statements outside of a transaction come here too: `Pool.query` takes a connection for one statement.
  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<PoolClient> | void {
    if (callback) return this.requestConnection(callback);
    return new Promise((resolve, reject) => {
      this.requestConnection((error, client) =>
        client ? resolve(client) : reject(error ?? new Error('the pool returned no connection')),
      );
    });
  }

  private requestConnection(callback: Callback): void {
    const { user = ALL_USERS, kind = NO_KIND } = this.describeRequest();
    if (this.bulkhead.used < this.settings.max && this.bulkhead.admits(kind)) return this.handOut(kind, callback);
    const requestedAt = performance.now();
    const waiter: Waiter = (expired) => {
      clearTimeout(timer);
      this.onWaited(performance.now() - requestedAt);
      if (expired) callback(expired, undefined, () => undefined);
      else this.handOut(kind, callback);
    };
    const timer = setTimeout(() => {
      this.queue.remove(user, waiter);
      const reason = this.isHeldBack(kind) ? `: ${kind || 'this work'} is slow, so other work has priority` : '';
      waiter(new Error(`timeout exceeded when trying to connect${reason}`));
    }, this.settings.connectionTimeoutMillis);
    this.queue.enqueue(kind, user, waiter);
  }

  private isHeldBack(kind: string): boolean {
    return this.bulkhead.isSlow(kind) && !this.bulkhead.admits(kind);
  }

  private handOut(kind: string, callback: Callback): void {
    const hold = this.bulkhead.take(kind);
    super.connect((error, client, done) => {
      // A connection that could not be made is never released.
      if (client) {
        this.bulkhead.begin(hold);
        this.handedOut.set(client, hold);
      } else this.releaseHold(hold);
      callback(error, client, done);
    });
  }

  private onReleased(client: PoolClient): void {
    const hold = this.handedOut.get(client);
    if (!hold) return;
    this.handedOut.delete(client);
    this.releaseHold(hold);
  }

  private releaseHold(hold: ConnectionHold): void {
    this.bulkhead.release(hold);
    // In an ended pool `connect` fails synchronously, which calls this method again.
    if (this.isHandingOut) return;
    this.isHandingOut = true;
    try {
      while (this.bulkhead.used < this.settings.max) {
        const waiter = this.queue.dequeue((kind) => this.bulkhead.admits(kind));
        if (!waiter) break;
        waiter();
      }
    } finally {
      this.isHandingOut = false;
    }
  }
}
