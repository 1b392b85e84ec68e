/** FairPool: the order in which users get the connection of a real PostgreSQL, timeouts and broken connections. */
import { commonDatabaseUrl } from '../../../../../test/support/service-urls';
import { type ConnectionRequest, FairPool } from './fair-pool';

/** Long enough for a busy machine to open a connection. */
const SHORT_TIMEOUT_MS = 1_000;

describe('FairPool', () => {
  let pool: FairPool;
  let user: string | undefined;
  let served: string[];
  let kind: string | undefined;
  const currentRequest = (): ConnectionRequest => ({ user, kind });

  beforeEach(() => {
    served = [];
    kind = undefined;
    pool = new FairPool(
      { connectionString: commonDatabaseUrl(), max: 1, connectionTimeoutMillis: 3_000 },
      currentRequest,
    );
  });
  afterEach(() => pool.end());

  /** Sends statements concurrently for a user, or for all users if it is undefined. */
  const send = (forUser: string | undefined, count: number): Promise<unknown> => {
    user = forUser;
    const name = forUser ?? 'all users';
    return Promise.all(Array.from({ length: count }, () => pool.query('select 1').then(() => served.push(name))));
  };

  it('serves a user with one statement before the remaining statements of another user', async () => {
    const greedy = send('greedy', 50);
    await Promise.all([greedy, send('modest', 1), send('other', 1)]);
    expect(served.slice(0, 4)).toEqual(['greedy', 'greedy', 'modest', 'other']);
    expect(served).toHaveLength(52);
  });

  it('serves users round robin', async () => {
    await Promise.all([send('a', 3), send('b', 3)]);
    expect(served).toEqual(['a', 'a', 'b', 'a', 'b', 'b']);
  });

  it('serves a user with several kinds of work once per round, like any other user', async () => {
    const first = send('modest', 1);
    const asked = ['one', 'two', 'three'].map((name) => {
      kind = name;
      return send('greedy', 1);
    });
    await Promise.all([first, ...asked, send('modest', 1), send('other', 1)]);
    expect(served).toEqual(['modest', 'greedy', 'modest', 'other', 'greedy', 'greedy']);
  });

  it('gives every second connection to work for all users, and no more', async () => {
    await Promise.all([send('a', 2), send('b', 1), send('c', 1), send(undefined, 4)]);
    expect(served).toEqual(['a', 'all users', 'a', 'all users', 'b', 'all users', 'c', 'all users']);
  });

  it('serves transactions in the same order as statements', async () => {
    const client = await pool.connect();
    const greedy = send('greedy', 5);
    user = 'modest';
    const modest = pool.connect().then((connection) => {
      served.push('modest');
      connection.release();
    });
    client.release();
    await Promise.all([greedy, modest]);
    expect(served.indexOf('modest')).toBeLessThanOrEqual(1);
  });

  it('rejects a request that waits longer than the timeout, and serves the next', async () => {
    await pool.end();
    pool = new FairPool(
      { connectionString: commonDatabaseUrl(), max: 1, connectionTimeoutMillis: SHORT_TIMEOUT_MS },
      currentRequest,
    );
    const client = await pool.connect();
    await expect(send('late', 1)).rejects.toThrow('timeout exceeded when trying to connect');
    client.release();
    await send('next', 1);
    expect(served).toEqual(['next']);
  });

  it('serves the next request after a connection broke or could not be opened', async () => {
    const client = await pool.connect();
    const next = send('next', 1);
    client.release(true);
    await next;
    const refused = new FairPool(
      { host: '127.0.0.1', port: 1, max: 1, connectionTimeoutMillis: 3_000 },
      currentRequest,
    );
    const attempts = await Promise.allSettled(Array.from({ length: 3 }, () => refused.query('select 1')));
    expect(attempts.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await refused.end();
  });

  it('counts a connection once if it was set up after its request had timed out', async () => {
    await pool.end();
    const settings = { connectionString: commonDatabaseUrl(), max: 3, connectionTimeoutMillis: SHORT_TIMEOUT_MS };
    let setUpMs = 0;
    const onConnect = (() => new Promise((resolve) => setTimeout(resolve, setUpMs))) as unknown as () => void;
    let kinds = 0;
    pool = new FairPool({ ...settings, onConnect }, () => ({ kind: String(++kinds) }));
    await pool.query('select 1');
    setUpMs = 4 * SHORT_TIMEOUT_MS;
    const asked = await Promise.allSettled(Array.from({ length: 3 }, () => pool.query('select 1')));
    expect(asked.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, setUpMs + SHORT_TIMEOUT_MS));
    const connections = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    const waiting = send('late', 3).catch(() => 'too late');
    expect(pool.stats.waiting).toBe(3);
    await waiting;
    for (const client of connections) client.release();
  });

  it('end: rejects all waiting requests', async () => {
    const client = await pool.connect();
    const waiting = Promise.allSettled(['a', 'b', 'c'].map((name) => send(name, 200)));
    const ended = pool.end();
    client.release();
    await ended;
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    pool = new FairPool(
      { connectionString: commonDatabaseUrl(), max: 1, connectionTimeoutMillis: 3_000 },
      currentRequest,
    );
  });
});
