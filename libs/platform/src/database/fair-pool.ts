/** A pool that hands out its connections in turn, so that nobody waits for all the statements that another user has asked for. */
import { Pool, type PoolClient, type PoolConfig } from 'pg';

type Callback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void;
type Waiting = (expired?: Error) => void;

export interface PoolFigures {
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
}

/** The key of work on behalf of no single user: batches, publishing, handshakes. */
const EVERYBODY = '';

export class FairPool extends Pool {
  /** Waiting callbacks by user; the user to be served next comes first. */
  private readonly waiting = new Map<string, Waiting[]>();
  private taken = 0;
  /** Clients given to a caller. pg-pool also releases a client whose caller timed out before it was set up. */
  private readonly handedOut = new WeakSet<PoolClient>();
  private waitingForTurn = 0;
  private isHandingOut = false;
  private wasForEverybody = false;

  /**
   * @param whose names the user for whom a connection is asked; undefined for work that serves all.
   * @param waited is told for how many milliseconds somebody waited who had to.
   */
  constructor(
    private readonly settings: PoolConfig & { readonly max: number; readonly connectionTimeoutMillis: number },
    private readonly whose: () => string | undefined,
    private readonly waited: (ms: number) => void = () => undefined,
  ) {
    super(settings);
    this.on('release', (_error, client) => this.released(client));
  }

  /** Connections that are used, and are not; and who waits for one. */
  get figures(): PoolFigures {
    return { used: this.totalCount - this.idleCount, idle: this.idleCount, waiting: this.waitingForTurn };
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
    if (this.taken < this.settings.max) return this.hand(callback);
    const user = this.whose() ?? EVERYBODY;
    const own = this.waiting.get(user) ?? [];
    const since = performance.now();
    const waiting: Waiting = (expired) => {
      clearTimeout(timer);
      this.waitingForTurn--;
      this.waited(performance.now() - since);
      if (expired) callback(expired, undefined, () => undefined);
      else this.hand(callback);
    };
    const timer = setTimeout(() => {
      own.splice(own.indexOf(waiting), 1);
      if (own.length === 0) this.waiting.delete(user);
      waiting(new Error('timeout exceeded when trying to connect'));
    }, this.settings.connectionTimeoutMillis);
    this.waitingForTurn++;
    own.push(waiting);
    this.waiting.set(user, own);
  }

  private hand(callback: Callback): void {
    this.taken++;
    super.connect((error, client, done) => {
      // A connection that could not be made is never released.
      if (client) this.handedOut.add(client);
      else this.free();
      callback(error, client, done);
    });
  }

  private released(client: PoolClient): void {
    if (this.handedOut.delete(client)) this.free();
  }

  private free(): void {
    this.taken--;
    // In an ended pool `connect` fails synchronously, which calls this method again.
    if (this.isHandingOut) return;
    this.isHandingOut = true;
    try {
      while (this.taken < this.settings.max) {
        const next = this.next();
        if (!next) break;
        next();
      }
    } finally {
      this.isHandingOut = false;
    }
  }

  /** Round robin over the users. Shared work gets every second turn: many users wait for its result. */
  private next(): Waiting | undefined {
    this.wasForEverybody = !this.wasForEverybody && this.waiting.has(EVERYBODY);
    for (const [user, own] of this.waiting) {
      const isForEverybody = user === EVERYBODY;
      if (isForEverybody !== this.wasForEverybody && this.waiting.size > 1) continue;
      this.waiting.delete(user);
      const next = own.shift();
      if (own.length > 0) this.waiting.set(user, own);
      return next;
    }
    return undefined;
  }
}
