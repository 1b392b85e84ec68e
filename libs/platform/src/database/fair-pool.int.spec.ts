/** Whose turn it is to use PostgreSQL, on a real one with one connection. */
import { commonDatabaseUrl } from '../../../../test/support/service-urls';
import { type ConnectionRequest, FairPool } from './fair-pool';

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

  /** Asks for so many statements at once on behalf of somebody. */
  const ask = (who: string | undefined, count: number): Promise<unknown> => {
    user = who;
    const name = who ?? 'everybody';
    return Promise.all(Array.from({ length: count }, () => pool.query('select 1').then(() => served.push(name))));
  };

  it('serves a user who asks for one thing before the rest of what another has asked for', async () => {
    const greedy = ask('greedy', 50);
    await Promise.all([greedy, ask('modest', 1), ask('other', 1)]);
    expect(served.slice(0, 4)).toEqual(['greedy', 'greedy', 'modest', 'other']);
    expect(served).toHaveLength(52);
  });

  it('lets users take turns', async () => {
    await Promise.all([ask('a', 3), ask('b', 3)]);
    expect(served).toEqual(['a', 'a', 'b', 'a', 'b', 'b']);
  });

  it('serves a user who waits with several kinds of work once per round, like any other', async () => {
    const first = ask('modest', 1);
    const asked = ['one', 'two', 'three'].map((name) => {
      kind = name;
      return ask('greedy', 1);
    });
    await Promise.all([first, ...asked, ask('modest', 1), ask('other', 1)]);
    expect(served).toEqual(['modest', 'greedy', 'modest', 'other', 'greedy', 'greedy']);
  });

  it('gives every second turn to what serves everybody, and no more', async () => {
    await Promise.all([ask('a', 2), ask('b', 1), ask('c', 1), ask(undefined, 4)]);
    expect(served).toEqual(['a', 'everybody', 'a', 'everybody', 'b', 'everybody', 'c', 'everybody']);
  });

  it('lets transactions wait for their turn as well', async () => {
    const client = await pool.connect();
    const greedy = ask('greedy', 5);
    user = 'modest';
    const modest = pool.connect().then((mine) => {
      served.push('modest');
      mine.release();
    });
    client.release();
    await Promise.all([greedy, modest]);
    expect(served.indexOf('modest')).toBeLessThanOrEqual(1);
  });

  it('lets nobody wait for ever', async () => {
    await pool.end();
    pool = new FairPool(
      { connectionString: commonDatabaseUrl(), max: 1, connectionTimeoutMillis: 100 },
      currentRequest,
    );
    const client = await pool.connect();
    await expect(ask('late', 1)).rejects.toThrow('timeout exceeded when trying to connect');
    client.release();
    await ask('next', 1);
    expect(served).toEqual(['next']);
  });

  it('gives the place of a connection that broke, or could not be made, to the next', async () => {
    const client = await pool.connect();
    const next = ask('next', 1);
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

  it('counts a connection once that was set up too late for who asked', async () => {
    await pool.end();
    const settings = { connectionString: commonDatabaseUrl(), max: 3, connectionTimeoutMillis: 100 };
    let setUpMs = 0;
    const onConnect = (() => new Promise((resolve) => setTimeout(resolve, setUpMs))) as unknown as () => void;
    let kinds = 0;
    pool = new FairPool({ ...settings, onConnect }, () => ({ kind: String(++kinds) }));
    await pool.query('select 1');
    setUpMs = 400;
    const asked = await Promise.allSettled(Array.from({ length: 3 }, () => pool.query('select 1')));
    expect(asked.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const held = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    const waiting = ask('late', 3).catch(() => 'too late');
    expect(pool.figures.waiting).toBe(3);
    await waiting;
    for (const client of held) client.release();
  });

  it('turns everybody away who still waits when it has ended', async () => {
    const client = await pool.connect();
    const waiting = Promise.allSettled(['a', 'b', 'c'].map((who) => ask(who, 200)));
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
