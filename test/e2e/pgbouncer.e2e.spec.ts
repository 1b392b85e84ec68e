/** Two nodes behind a real PgBouncer in transaction mode: their many connections share a few to PostgreSQL. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { closeClients, connect, createCharacter, registerPlayer, waitUntil } from '../support/clients/client';
import { increasingSeqs, numbersUpTo } from '../support/domains/conversation-cluster';
import { ConversationUser } from '../support/domains/conversation-user';
import { PgBouncer } from '../support/databases/pgbouncer';
import { createDatabase, type TestDatabase } from '../support/databases/postgres';
import { type RedisServer, startRedis } from '../support/redis/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/servers/server';

/** The pool of PgBouncer. Each of the two nodes has twenty connections to it. */
const POOL_SIZE = 4;
const USERS = 24;
const MESSAGES_EACH = 20;
const MIGRATIONS_LOCK = 0x41_65_74_75;

let database: TestDatabase;
let bouncer: PgBouncer;
let redis: RedisServer;
let nodes: [west: ServerProcess, east: ServerProcess];
/** Connected to PostgreSQL directly. */
let operator: Client;

beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), startRedis()]);
  bouncer = await PgBouncer.inFrontOf(database.url, POOL_SIZE);
  operator = new Client({ connectionString: database.url });
  await operator.connect();
  const environment = { DATABASE_URL: bouncer.url, REDIS_URL: redis.url, LIMITS: 'off', LOG_FORMAT: 'json' };
  // Both start at once on an empty database, so one of them has to migrate it.
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

async function connectUsers(count: number): Promise<ConversationUser[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => ConversationUser.connect(nodes[index % 2 ? 1 : 0].url)),
  );
}

/** The stored messages of a conversation in order, and whether their numbers are consecutive. */
async function storedMessages(conversationId: string): Promise<{ texts: string[]; isWithoutGap: boolean }> {
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

it('two nodes that start at once on an empty database migrate it once, and log their connection mode', async () => {
  expect(await Promise.all(nodes.map(readiness))).toEqual([200, 200]);
  const { rows: duplicates } = await operator.query(
    'select hash from drizzle.__drizzle_migrations group by 1 having count(*) > 1',
  );
  expect(duplicates).toEqual([]);
  const { rows: invalid } = await operator.query('select indexrelid::regclass from pg_index where not indisvalid');
  expect(invalid).toEqual([]);
  const migrationLocks = `select pid from pg_locks where locktype = 'advisory' and objid = $1`;
  expect((await operator.query(migrationLocks, [MIGRATIONS_LOCK])).rows).toEqual([]);
  for (const node of nodes)
    expect(linesOf(node, '"message":"connected to')).toEqual([
      expect.stringContaining('through a pooler; settings go with each transaction, prepared statements off'),
    ]);
});

it('players register, play and chat over both nodes', async () => {
  const [anna, ben] = await Promise.all(nodes.map(({ url }) => registerPlayer(url)));
  if (!anna || !ben) throw new Error('the test needs two players');
  const character = await createCharacter(nodes[0].url, anna);
  expect(character.name).not.toBe('');
  const annaClient = await connect(nodes[0].url, anna.accessToken);
  const benClient = await connect(nodes[1].url, ben.accessToken);
  const sent = await annaClient.send('chat:message', { channel: 'global', text: 'hello' });
  expect(sent).toMatchObject({ success: true });
  expect(await benClient.waitForEvent('chat:message', ({ id }) => id === sent['id'])).toMatchObject({ text: 'hello' });
});

it('concurrent messages of many clients are all acknowledged, stored once and delivered once', async () => {
  const members = await connectUsers(USERS);
  const [owner, ...others] = members as [ConversationUser, ...ConversationUser[]];
  const groups = await Promise.all([
    owner.createGroup(...others),
    owner.createGroup(...others),
    owner.createGroup(...others),
  ]);
  const sends = members.flatMap((member, memberIndex) =>
    numbersUpTo(MESSAGES_EACH).map(async (n) => {
      const group = groups[n % groups.length] ?? '';
      const { seq } = await member.sendMessage(group, `${memberIndex}.${n}`);
      return { group, seq, text: `${memberIndex}.${n}` };
    }),
  );
  expect(sends).toHaveLength(480);
  const outcomes = await Promise.allSettled(sends);
  expect(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))).toEqual([]);
  const sent = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));

  for (const group of groups) {
    const groupMessages = sent.filter((message) => message.group === group).sort((a, b) => a.seq - b.seq);
    expect(await storedMessages(group)).toEqual({ texts: groupMessages.map(({ text }) => text), isWithoutGap: true });
    const seqs = groupMessages.map(({ seq }) => seq);
    for (const member of members) {
      const received = (): number[] => member.receivedSeqs(group).filter((seq) => seqs.includes(seq));
      await waitUntil(() => received().length >= seqs.length, 'all messages are delivered');
      expect(increasingSeqs(received())).toEqual(seqs);
      expect(received()).toHaveLength(seqs.length);
    }
  }
  const { rows } = await operator.query<{ connections: number }>(
    `select count(*)::int as connections from pg_stat_activity where datname = current_database()
     and application_name = 'aeturnis'`,
  );
  expect(rows[0]?.connections).toBeLessThanOrEqual(POOL_SIZE);
  expect(nodes.flatMap((node) => linesOf(node, '"level":"error"'))).toEqual([]);
});

it('a restart of PgBouncer loses no acknowledged message; nodes are not ready during it and recover by themselves', async () => {
  const members = await connectUsers(6);
  const [owner, ...others] = members as [ConversationUser, ...ConversationUser[]];
  const group = await owner.createGroup(...others);
  const codes = new Set<string>();
  const acknowledged: string[] = [];
  let isStopped = false;
  const load = members.map(async ({ client }, memberIndex) => {
    for (let n = 1; !isStopped; n++) {
      const content = `${memberIndex}.${n}`;
      // A message is retried with the same `tempId` until it is acknowledged; it must not be stored twice.
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
    waitUntil(() => acknowledged.length >= count, `${count} messages are acknowledged`);

  await untilAcknowledged(50);
  expect(await Promise.all(nodes.map(readiness))).toEqual([200, 200]);
  await bouncer.stop();
  for (const node of nodes) await waitUntil(async () => (await readiness(node)) === 503, 'the node is not ready');
  await delay(1_000);
  expect(await Promise.all(nodes.map(readiness))).toEqual([503, 503]);
  const before = acknowledged.length;
  await bouncer.start();
  for (const node of nodes) await waitUntil(async () => (await readiness(node)) === 200, 'the node is ready');
  // A node that reports ready serves requests.
  await registerPlayer(nodes[0].url);
  await untilAcknowledged(before + 50);
  isStopped = true;
  await Promise.all(load);

  const { texts, isWithoutGap } = await storedMessages(group);
  expect(texts.sort()).toEqual(acknowledged.sort());
  expect(isWithoutGap).toBe(true);
  expect([...codes].filter((code) => code !== 'UNAVAILABLE' && code !== 'TIMEOUT')).toEqual([]);
  for (const node of nodes) {
    expect(linesOf(node, '"message":"PostgreSQL cannot be reached at')).not.toEqual([]);
    expect(linesOf(node, 'through a pooler; settings go with each transaction')).toHaveLength(2);
  }
});
