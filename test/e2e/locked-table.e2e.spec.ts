/**
 * A table is locked as a whole, as by an operator's maintenance command. Commands on that table fail with a retryable
 * error, all other commands succeed, and the node reports what is stuck.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import {
  closeClients,
  connect,
  createCharacter,
  playAsGuest,
  registerPlayer,
  waitUntil,
} from '../support/clients/client';
import { numbersUpTo } from '../support/domains/conversation-cluster';
import { ConversationUser } from '../support/domains/conversation-user';
import { readMetric } from '../support/servers/metrics';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/servers/server';

const USERS = 24;
const LOCKED_MS = 14_000;
const STUCK = 'aeturnis_database_stuck_work';

let database: TestDatabase;
let operator: Client;
let server: ServerProcess;
let isOver = false;

beforeAll(async () => {
  database = await createMigratedDatabase();
  operator = new Client({ connectionString: database.url });
  await operator.connect();
  const environment = {
    DATABASE_URL: database.url,
    COMMAND_DEADLINE_MS: '6000',
    DATABASE_POOL_SIZE: '12',
    LIMITS: 'off',
    LOG_FORMAT: 'json',
  };
  server = await startServerProcess(environment);
}, 60_000);
afterEach(() => {
  isOver = true;
  closeClients();
});
afterAll(async () => {
  await stopServerProcesses();
  await operator.end();
  await database.drop();
});

interface DatabaseHealth {
  readonly degraded?: boolean;
  readonly stuck?: string[];
}

async function readiness(): Promise<{ status: number; database: DatabaseHealth }> {
  const response = await fetch(`${server.url}/health/ready`);
  const { details } = (await response.json()) as { details: { database: DatabaseHealth } };
  return { status: response.status, database: details.database };
}

const lines = (text: string): string[] =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes(text));

/** Uses everything but conversations: an account, a character in the world, and chat. */
async function playNewCharacter(): Promise<void> {
  const player = await registerPlayer(server.url);
  const client = await connect(server.url, player.accessToken);
  const { id } = await createCharacter(server.url, player);
  expect(await client.send('character:select', { characterId: id })).toMatchObject({ success: true });
  const message = { channel: 'global', text: `a message of ${player.name}` };
  expect(await client.send('chat:message', message)).toMatchObject({ success: true });
  client.close();
}

it('other commands and requests succeed, the node reports what is stuck, and no acknowledged message is lost', async () => {
  const users = await Promise.all(numbersUpTo(USERS).map(() => ConversationUser.connect(server.url)));
  const conversations = await Promise.all(users.map((user) => user.createGroup()));
  const acknowledged: string[] = [];
  const codes = new Set<string>();
  const sendMessages = async (by: ConversationUser, conversationId: string): Promise<void> => {
    for (let count = 0; !isOver; count++) {
      const content = `${by.id} ${count}`;
      const { success, error } = await by.client.send('message:send', { conversationId, content, tempId: content });
      if (success) acknowledged.push(content);
      else codes.add(error?.code ?? '');
      await delay(50);
    }
  };
  const readMessages = async (by: ConversationUser, conversationId: string): Promise<void> => {
    while (!isOver) {
      const code = await by.outcomeOf('conversation:sync', { cursors: { [conversationId]: 0 } });
      if (code !== 'ok') codes.add(code);
      const { status } = await by.request('GET', `/api/messages?conversationId=${conversationId}`);
      if (status !== 200) codes.add(String(status));
      await delay(50);
    }
  };
  const load = Promise.allSettled(
    users.flatMap((user, index) => {
      const conversationId = conversations[index] ?? '';
      return [sendMessages(user, conversationId), readMessages(user, conversationId)];
    }),
  );
  await waitUntil(() => acknowledged.length > USERS, 'messages are sent');
  expect((await readiness()).database).not.toHaveProperty('degraded');
  expect(codes).toEqual(new Set());

  await operator.query('begin');
  await operator.query('lock table conversation_log in access exclusive mode');
  const lockedAt = Date.now();
  await waitUntil(async () => (await readiness()).database.degraded === true, 'the node reports stuck work', 8_000);
  let characters = 0;
  while (Date.now() - lockedAt < LOCKED_MS) {
    expect((await readiness()).status).toBe(200);
    await playNewCharacter();
    characters++;
  }
  expect(characters).toBeGreaterThan(5);
  const stuck = (await readiness()).database.stuck ?? [];
  expect(stuck).toEqual(expect.arrayContaining(['message:send', 'conversation:sync', 'GET /api/messages']));
  expect(await readMetric(server.url, STUCK)).toBeGreaterThan(0);
  expect(lines('database work is stuck').length).toBeGreaterThan(0);
  expect(lines('database work is stuck').length).toBeLessThanOrEqual(stuck.length);
  for (const code of codes) expect(['UNAVAILABLE', 'TIMEOUT', '503', '504']).toContain(code);
  expect(codes.size).toBeGreaterThan(0);

  const before = acknowledged.length;
  await operator.query('rollback');
  await waitUntil(() => acknowledged.length > before + USERS, 'messages are sent again');
  isOver = true;
  await load;
  await waitUntil(async () => (await readiness()).database.degraded !== true, 'nothing is stuck', 15_000);
  expect(await readMetric(server.url, STUCK)).toBe(0);
  expect(lines('database work is no longer stuck')).toHaveLength(1);
  const { rows } = await operator.query<{ content: string }>(
    `select content from conversation_log where type = 'message:new'`,
  );
  const stored = rows.map(({ content }) => content);
  expect(new Set(stored).size).toBe(stored.length);
  expect(acknowledged.filter((content) => !stored.includes(content))).toEqual([]);
  await (users[0] as ConversationUser).run('message:send', { conversationId: conversations[0], content: 'at the end' });
}, 90_000);

it('commands queued behind stuck ones of their connection time out, and are not executed later', async () => {
  const by = await ConversationUser.connect(server.url);
  const conversationId = await by.createGroup();
  await operator.query('begin');
  await operator.query('lock table conversation_log in access exclusive mode');
  const sends = numbersUpTo(4).map((count) =>
    by.outcomeOf('message:send', { conversationId, content: `message ${count}` }),
  );
  const block = by.outcomeOf('block:add', { userId: (await playAsGuest(server.url)).id });
  // PostgreSQL cancels each of the first two after five seconds; by then the others have exceeded their deadline.
  expect(await Promise.all([...sends, block])).toEqual(Array.from({ length: 5 }, () => 'TIMEOUT'));
  await operator.query('rollback');
  expect(await by.outcomeOf('message:send', { conversationId, content: 'again' })).toBe('ok');
  const { rows: messages } = await operator.query<{ content: string }>(
    `select content from conversation_log where type = 'message:new' and conversation_id = $1`,
    [conversationId],
  );
  expect(messages).toEqual([{ content: 'again' }]);
  const { rows: blocks } = await operator.query('select 1 from blocks where blocker_id = $1', [by.id]);
  expect(blocks).toEqual([]);
}, 60_000);
