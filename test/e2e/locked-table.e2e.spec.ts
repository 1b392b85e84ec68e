/**
 * A table is locked as a whole, as by a maintenance command of an operator. Commands on that table fail and can be sent again;
 * everything else goes on, and the node says what is stuck.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { closeClients, connect, createCharacter, playAsGuest, registerPlayer, until } from '../support/client';
import { command, groupOf, outcome, request, type Talker, upTo } from '../support/conversation-cluster';
import { metric } from '../support/metrics';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

const TALKERS = 24;
const LOCKED_MS = 14_000;
const STUCK = 'aeturnis_database_stuck_work';

let database: TestDatabase;
let operator: Client;
let server: ServerProcess;
let over = false;

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
  over = true;
  closeClients();
});
afterAll(async () => {
  await stopServerProcesses();
  await operator.end();
  await database.drop();
});

async function talker(): Promise<Talker> {
  const { url } = server;
  const guest = await playAsGuest(url);
  return { ...guest, url, client: await connect(url, guest.accessToken) };
}

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

/** What has nothing to do with conversations: an account, a character in the world, and chat. */
async function playAnew(): Promise<void> {
  const player = await registerPlayer(server.url);
  const client = await connect(server.url, player.accessToken);
  const { id } = await createCharacter(server.url, player);
  expect(await client.send('character:select', { characterId: id })).toMatchObject({ success: true });
  const message = { channel: 'global', text: `a message of ${player.name}` };
  expect(await client.send('chat:message', message)).toMatchObject({ success: true });
  client.close();
}

it('other commands and requests go on, the node says what is stuck, and no acknowledged message is lost', async () => {
  const talkers = await Promise.all(upTo(TALKERS).map(talker));
  const conversations = await Promise.all(talkers.map((each) => groupOf(each)));
  const acknowledged: string[] = [];
  const codes = new Set<string>();
  const talk = async (by: Talker, conversationId: string): Promise<void> => {
    for (let count = 0; !over; count++) {
      const content = `${by.id} ${count}`;
      const { success, error } = await by.client.send('message:send', { conversationId, content, tempId: content });
      if (success) acknowledged.push(content);
      else codes.add(error?.code ?? '');
      await delay(50);
    }
  };
  const read = async (by: Talker, conversationId: string): Promise<void> => {
    while (!over) {
      const code = await outcome(by, 'conversation:sync', { cursors: { [conversationId]: 0 } });
      if (code !== 'ok') codes.add(code);
      const { status } = await request(by, 'GET', `/api/messages?conversationId=${conversationId}`);
      if (status !== 200) codes.add(String(status));
      await delay(50);
    }
  };
  const working = Promise.allSettled(
    talkers.flatMap((each, index) => {
      const conversationId = conversations[index] ?? '';
      return [talk(each, conversationId), read(each, conversationId)];
    }),
  );
  await until(() => acknowledged.length > TALKERS, 'messages are sent');
  expect((await readiness()).database).not.toHaveProperty('degraded');
  expect(codes).toEqual(new Set());

  await operator.query('begin');
  await operator.query('lock table conversation_log in access exclusive mode');
  const lockedAt = Date.now();
  await until(async () => (await readiness()).database.degraded === true, 'the node says so', 8_000);
  let played = 0;
  while (Date.now() - lockedAt < LOCKED_MS) {
    expect((await readiness()).status).toBe(200);
    await playAnew();
    played++;
  }
  expect(played).toBeGreaterThan(5);
  const stuck = (await readiness()).database.stuck ?? [];
  expect(stuck).toEqual(expect.arrayContaining(['message:send', 'conversation:sync', 'GET /api/messages']));
  expect(await metric(server.url, STUCK)).toBeGreaterThan(0);
  expect(lines('database work is stuck').length).toBeGreaterThan(0);
  expect(lines('database work is stuck').length).toBeLessThanOrEqual(stuck.length);
  for (const code of codes) expect(['UNAVAILABLE', 'TIMEOUT', '503', '504']).toContain(code);
  expect(codes.size).toBeGreaterThan(0);

  const before = acknowledged.length;
  await operator.query('rollback');
  await until(() => acknowledged.length > before + TALKERS, 'messages are sent again');
  over = true;
  await working;
  await until(async () => (await readiness()).database.degraded !== true, 'nothing is stuck', 15_000);
  expect(await metric(server.url, STUCK)).toBe(0);
  expect(lines('database work is no longer stuck')).toHaveLength(1);
  const { rows } = await operator.query<{ content: string }>(
    `select content from conversation_log where type = 'message:new'`,
  );
  const stored = rows.map(({ content }) => content);
  expect(new Set(stored).size).toBe(stored.length);
  expect(acknowledged.filter((content) => !stored.includes(content))).toEqual([]);
  await command(talkers[0] as Talker, 'message:send', { conversationId: conversations[0], content: 'at the end' });
}, 90_000);

it('commands that wait behind stuck ones of their connection are answered in time, and not carried out later', async () => {
  const by = await talker();
  const conversationId = await groupOf(by);
  await operator.query('begin');
  await operator.query('lock table conversation_log in access exclusive mode');
  const sends = upTo(4).map((count) => outcome(by, 'message:send', { conversationId, content: `message ${count}` }));
  const block = outcome(by, 'block:add', { userId: (await playAsGuest(server.url)).id });
  // Each of the first two is given up by PostgreSQL after five seconds; by then the others have waited for too long.
  expect(await Promise.all([...sends, block])).toEqual(Array.from({ length: 5 }, () => 'TIMEOUT'));
  await operator.query('rollback');
  expect(await outcome(by, 'message:send', { conversationId, content: 'again' })).toBe('ok');
  const { rows: said } = await operator.query<{ content: string }>(
    `select content from conversation_log where type = 'message:new' and conversation_id = $1`,
    [conversationId],
  );
  expect(said).toEqual([{ content: 'again' }]);
  const { rows: blocks } = await operator.query('select 1 from blocks where blocker_id = $1', [by.id]);
  expect(blocks).toEqual([]);
}, 60_000);
