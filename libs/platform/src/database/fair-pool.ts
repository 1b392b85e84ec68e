/**
 * A pool that hands out its connections in turn, so that nobody waits for all the statements that another user has asked for,
 * and no kind of work takes all of them.
 */
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { type Hold, PoolShares } from './pool-shares';
import { EVERYBODY, type Waiting, WaitingTurns } from './waiting-turns';

type Callback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void;

export interface PoolFigures {
  /** Connections in use, and not in use. */
  readonly used: number;
  readonly idle: number;
  /** Statements and transactions that wait for a connection. */
  readonly waiting: number;
  /** Commands and routes that have held a connection for seconds; empty for work of neither. */
  readonly stuck: readonly string[];
}

/** For whom a connection is asked: no user for work that serves all. */
export interface Asking {
  readonly user?: string | undefined;
  /** The command or the route. */
  readonly kind?: string | undefined;
}

/** Work that belongs to no command and no route. */
const NO_KIND = '';

export class FairPool extends Pool {
  private readonly turns = new WaitingTurns();
  private readonly shares: PoolShares;
  private taken = 0;
  /** Clients given to a caller. pg-pool also releases a client whose caller timed out before it was set up. */
  private readonly handedOut = new WeakMap<PoolClient, Hold>();
  private isHandingOut = false;

  /**
   * @param asking tells who asks for a connection.
   * @param waited is told for how many milliseconds somebody waited who had to.
   */
  constructor(
    private readonly settings: PoolConfig & { readonly max: number; readonly connectionTimeoutMillis: number },
    private readonly asking: () => Asking,
    private readonly waited: (ms: number) => void = () => undefined,
  ) {
    super(settings);
    this.shares = new PoolShares(settings.max);
    this.on('release', (_error, client) => this.released(client));
  }

  get figures(): PoolFigures {
    const { totalCount, idleCount: idle } = this;
    return { used: totalCount - idle, idle, waiting: this.turns.size, stuck: this.shares.stuckKinds };
  }

  // Everything passes here: what is asked outside of a transaction takes a connection for one statement.
  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<PoolClient> | void {
    if (callback) return this.inTurn(callback);
    return new Promise((resolve, reject) => {
      this.inTurn((error, client) => (client ? resolve(client) : reject(error ?? new Error('no connection'))));
    });
  }

  private inTurn(callback: Callback): void {
    const { user = EVERYBODY, kind = NO_KIND } = this.asking();
    if (this.taken < this.settings.max && this.shares.admits(kind)) return this.hand(kind, callback);
    const since = performance.now();
    const waiting: Waiting = (expired) => {
      clearTimeout(timer);
      this.waited(performance.now() - since);
      if (expired) callback(expired, undefined, () => undefined);
      else this.hand(kind, callback);
    };
    const timer = setTimeout(() => {
      this.turns.remove(user, waiting);
      const reason = this.isHeldBack(kind) ? `: ${kind || 'this work'} is slow, and other work keeps its part` : '';
      waiting(new Error(`timeout exceeded when trying to connect${reason}`));
    }, this.settings.connectionTimeoutMillis);
    this.turns.add(kind, user, waiting);
  }

  private isHeldBack(kind: string): boolean {
    return this.shares.isSlow(kind) && !this.shares.admits(kind);
  }

  private hand(kind: string, callback: Callback): void {
    this.taken++;
    const hold = this.shares.take(kind);
    super.connect((error, client, done) => {
      // A connection that could not be made is never released.
      if (client) {
        this.shares.begin(hold);
        this.handedOut.set(client, hold);
      } else this.free(hold);
      callback(error, client, done);
    });
  }

  private released(client: PoolClient): void {
    const hold = this.handedOut.get(client);
    if (!hold) return;
    this.handedOut.delete(client);
    this.free(hold);
  }

  private free(hold: Hold): void {
    this.taken--;
    this.shares.release(hold);
    // In an ended pool `connect` fails synchronously, which calls this method again.
    if (this.isHandingOut) return;
    this.isHandingOut = true;
    try {
      while (this.taken < this.settings.max) {
        const next = this.turns.next((kind) => this.shares.admits(kind));
        if (!next) break;
        next();
      }
    } finally {
      this.isHandingOut = false;
    }
  }
}
