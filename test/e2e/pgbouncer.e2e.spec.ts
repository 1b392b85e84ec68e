/** Two nodes behind the real PgBouncer in transaction mode: many connections of theirs share a few to PostgreSQL. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { closeClients, connect, createCharacter, playAsGuest, registerPlayer, until } from '../support/client';
import { groupOf, heard, inOrder, send, type Talker, upTo } from '../support/conversation-cluster';
import { PgBouncer } from '../support/pgbouncer';
import { createDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

/** Of PgBouncer. Each of the two nodes has twenty connections to it. */
const POOL_SIZE = 4;
const TALKERS = 24;
const MESSAGES_EACH = 20;
const LOCK_OF_MIGRATIONS = 0x41_65_74_75;

let database: TestDatabase;
let bouncer: PgBouncer;
let redis: RedisServer;
let nodes: [west: ServerProcess, east: ServerProcess];
/** Connected to PostgreSQL directly. */
let operator: Client;

beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startRedis()]);
  bouncer = await PgBouncer.before(database.url, POOL_SIZE);
  operator = new Client({ connectionString: database.url });
  await operator.connect();
  const environment = { DATABASE_URL: bouncer.url, REDIS_URL: redis.url, LIMITS: 'off', LOG_FORMAT: 'json' };
  // At once, on an empty database: one of them has to migrate it.
  nodes = await Promise.all([
    startServerProcess({ ...environment, NODE_ID: 'west' }),
    startServerProcess({ ...environment, NODE_ID: 'east' }),
  ]);
}, 90_000);
afterEach(closeClients);
afterAll(async () => {
  await stopServerProcesses();
  await operator.end();
  await Promise.all([bouncer.stop(), redis.stop(), database.drop()]);
});

async function talkers(count: number): Promise<Talker[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { url } = nodes[index % 2 ? 1 : 0];
      const guest = await playAsGuest(url);
      return { ...guest, url, client: await connect(url, guest.accessToken) };
    }),
  );
}

/** What is stored of a conversation: its messages, in order, and whether each has the number after the one before. */
async function stored(conversationId: string): Promise<{ texts: string[]; isWithoutGap: boolean }> {
  const { rows } = await operator.query<{ seq: string; type: string; content: string }>(
    'select seq, type, content from conversation_log where conversation_id = $1 order by seq',
    [conversationId],
  );
  return {
    texts: rows.filter(({ type }) => type === 'message:new').map(({ content }) => content),
    isWithoutGap: rows.every(({ seq }, index) => Number(seq) === Number(rows[0]?.seq) + index),
  };
}

const linesOf = ({ output }: ServerProcess, text: string): string[] =>
  output()
    .split('\n')
    .filter((line) => line.includes(text));

const readiness = async ({ url }: ServerProcess): Promise<number> => (await fetch(`${url}/health/ready`)).status;

it('nodes that start at once on an empty database migrate it once, and log how they are connected', async () => {
  expect(await Promise.all(nodes.map(readiness))).toEqual([200, 200]);
  const { rows: twice } = await operator.query(
    'select hash from drizzle.__drizzle_migrations group by 1 having count(*) > 1',
  );
  expect(twice).toEqual([]);
  const { rows: invalid } = await operator.query('select indexrelid::regclass from pg_index where not indisvalid');
  expect(invalid).toEqual([]);
  const held = `select pid from pg_locks where locktype = 'advisory' and objid = $1`;
  expect((await operator.query(held, [LOCK_OF_MIGRATIONS])).rows).toEqual([]);
  for (const node of nodes)
    expect(linesOf(node, '"message":"connected to')).toEqual([
      expect.stringContaining('through a pooler; settings go with each transaction, prepared statements off'),
    ]);
});

it('players register, play and chat over both nodes', async () => {
  const [anna, ben] = await Promise.all(nodes.map(({ url }) => registerPlayer(url)));
  if (!anna || !ben) throw new Error('two players');
  const character = await createCharacter(nodes[0].url, anna);
  expect(character.name).not.toBe('');
  const annas = await connect(nodes[0].url, anna.accessToken);
  const bens = await connect(nodes[1].url, ben.accessToken);
  const sent = await annas.send('chat:message', { channel: 'global', text: 'hello' });
  expect(sent).toMatchObject({ success: true });
  expect(await bens.event('chat:message', ({ id }) => id === sent['id'])).toMatchObject({ text: 'hello' });
});

it('messages of many clients at once are all acknowledged, stored once and delivered once', async () => {
  const members = await talkers(TALKERS);
  const [owner, ...others] = members as [Talker, ...Talker[]];
  const groups = await Promise.all([groupOf(owner, ...others), groupOf(owner, ...others), groupOf(owner, ...others)]);
  const sends = members.flatMap((member, at) =>
    upTo(MESSAGES_EACH).map(async (n) => {
      const group = groups[n % groups.length] ?? '';
      const { seq } = await send(member, group, `${at}.${n}`);
      return { group, seq, text: `${at}.${n}` };
    }),
  );
  expect(sends).toHaveLength(480);
  const outcomes = await Promise.allSettled(sends);
  expect(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))).toEqual([]);
  const sent = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));

  for (const group of groups) {
    const own = sent.filter((message) => message.group === group).sort((a, b) => a.seq - b.seq);
    expect(await stored(group)).toEqual({ texts: own.map(({ text }) => text), isWithoutGap: true });
    const seqs = own.map(({ seq }) => seq);
    for (const member of members) {
      const got = (): number[] => heard(member, group).filter((seq) => seqs.includes(seq));
      await until(() => got().length >= seqs.length, 'all messages are delivered');
      expect(inOrder(got())).toEqual(seqs);
      expect(got()).toHaveLength(seqs.length);
    }
  }
  const { rows } = await operator.query<{ connections: number }>(
    `select count(*)::int as connections from pg_stat_activity where datname = current_database()
     and application_name = 'aeturnis'`,
  );
  expect(rows[0]?.connections).toBeLessThanOrEqual(POOL_SIZE);
  expect(nodes.flatMap((node) => linesOf(node, '"level":"error"'))).toEqual([]);
});

it('a restart of PgBouncer loses no acknowledged message; nodes are not ready meanwhile and recover by themselves', async () => {
  const members = await talkers(6);
  const [owner, ...others] = members as [Talker, ...Talker[]];
  const group = await groupOf(owner, ...others);
  const codes = new Set<string>();
  const acknowledged: string[] = [];
  let isOver = false;
  const working = members.map(async ({ client }, at) => {
    for (let n = 1; !isOver; n++) {
      const content = `${at}.${n}`;
      // The same `tempId` again and again, until it is answered: it must not be stored twice.
      for (;;) {
        const { success, error } = await client.send('message:send', {
          conversationId: group,
          content,
          tempId: content,
        });
        if (success) break;
        codes.add(error?.code ?? '');
        await delay(100);
      }
      acknowledged.push(content);
    }
  });
  const untilAcknowledged = (count: number): Promise<void> =>
    until(() => acknowledged.length >= count, `${count} messages are acknowledged`);

  await untilAcknowledged(50);
  expect(await Promise.all(nodes.map(readiness))).toEqual([200, 200]);
  await bouncer.stop();
  for (const node of nodes) await until(async () => (await readiness(node)) === 503, 'it is not ready');
  await delay(1_000);
  expect(await Promise.all(nodes.map(readiness))).toEqual([503, 503]);
  const before = acknowledged.length;
  await bouncer.start();
  for (const node of nodes) await until(async () => (await readiness(node)) === 200, 'it is ready');
  // A node that reports ready serves requests.
  await registerPlayer(nodes[0].url);
  await untilAcknowledged(before + 50);
  isOver = true;
  await Promise.all(working);

  const { texts, isWithoutGap } = await stored(group);
  expect(texts.sort()).toEqual(acknowledged.sort());
  expect(isWithoutGap).toBe(true);
  expect([...codes].filter((code) => code !== 'UNAVAILABLE' && code !== 'TIMEOUT')).toEqual([]);
  for (const node of nodes) {
    expect(linesOf(node, '"message":"cannot be reached at')).not.toEqual([]);
    expect(linesOf(node, 'through a pooler; settings go with each transaction')).toHaveLength(2);
  }
});
