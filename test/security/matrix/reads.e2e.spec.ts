/**
 * On a large database, no statement of a command or route reads more rows than it answers times a constant. Derived: the
 * rows of the matrix are asked for, by a user who has very much and by an ordinary one, and every statement that this
 * causes, whoever asks it, is run again under EXPLAIN.
 */
import { isUniqueViolation } from '@aeturnis/platform';
import { Client } from 'pg';
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients } from '../../support/client';
import { explain } from '../../support/explain';
import { fillDatabase, LARGE, type LargeGroup } from '../../support/large-database';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { startTestServer } from '../../support/server';
import { type Asked, statementsOf } from '../../support/statements';
import { type Actor, Actors } from './actors';
import { callRoute, sendCommand } from './asking';
import type { Row } from './row';
import { ROWS } from './rows';
import { type Cast, makeScene, type Scene } from './scene';

/** Rows read for one that is answered, and for a statement that answers none. */
const PER_ANSWER = 12;
const AT_LEAST = 300;
/** A table of so few rows is read as a whole with right. */
const SMALL = 1_000;

/** Statements that read more with reason, and how much that is at the most. */
const EXCEPTIONS: readonly { pattern: RegExp; rows: number }[] = [
  // Whether a user is in as many conversations, or a group has as many members, as there may be: they are counted.
  { pattern: /member\.counted offset|and not counted$/, rows: AT_LEAST + LARGE.heavyConversations },
  { pattern: /^select count\(\*\) as count from "conversation_members"/, rows: LARGE.groupMembers },
  // The order of the list of conversations is that of their heads: each of the own ones is looked at.
  { pattern: /as every/, rows: 3 * LARGE.heavyConversations },
  // What is unread is counted among a bounded number of messages for each conversation of a page.
  { pattern: /as recent/, rows: 3 * LARGE.heavyConversations + 101 * 210 },
];

let database: TestDatabase;
let server: RunningServer;
let client: Client;
let cast: Cast;
let large: LargeGroup;

beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({
    DATABASE_URL: database.url,
    METRICS_TOKEN: 'metrics-token',
    LIMITS: 'off',
    CONVERSATIONS_PER_USER: '10000',
  });
  const actors = new Actors(server);
  const [companion, outsider] = [await actors.guest(), await actors.guest()];
  cast = {
    url: server.url,
    companionId: companion.id,
    outsiderId: outsider.id,
    owner: await actors.join('owner'),
    stranger: await actors.join('stranger'),
    member: await actors.join('member'),
    former: await actors.join('former'),
    blocked: await actors.join('blocked'),
    moderator: await actors.join('moderator'),
    admin: await actors.join('admin'),
  };
  const startedAt = performance.now();
  large = await fillDatabase(database.url, cast.owner.id, [cast.member.id, cast.moderator.id, companion.id]);
  process.stdout.write(`The large database was filled in ${Math.round(performance.now() - startedAt)} ms.\n`);
  client = new Client({ connectionString: database.url });
  await client.connect();
}, 600_000);
afterAll(async () => {
  closeClients();
  await client.end();
  await server.close();
  await database.drop();
});

async function ask(row: Row, scene: Scene, actor: Actor): Promise<void> {
  if (row.kind === 'command') await sendCommand(row, row.sample(scene, actor), actor);
  else await callRoute(server.url, row, row.sample(scene, actor), actor.accessToken);
}

/** What is wrong with a statement; null where nothing is. */
async function judge(asked: Asked): Promise<string | null> {
  const explained = await explain(client, asked).catch((error: unknown) => {
    // The row is there since the statement ran first: it reads no more than the index that says so.
    if (!isUniqueViolation(error)) throw error;
  });
  if (!explained) return null;
  const { rowsRead, rowsAnswered, sequentialScans } = explained;
  const text = asked.text.replace(/\s+/g, ' ').slice(0, 200);
  const exception = EXCEPTIONS.find(({ pattern }) => pattern.test(asked.text));
  const most = exception?.rows ?? AT_LEAST + PER_ANSWER * rowsAnswered;
  const scanned = sequentialScans.filter(({ rows }) => rows > SMALL);
  if (scanned.length > 0) return `reads all of ${scanned.map(({ table }) => table).join(', ')}: ${text}`;
  return rowsRead > most ? `reads ${rowsRead} rows to answer ${rowsAnswered}, at most ${most}: ${text}` : null;
}

const isExplainable = ({ text }: Asked): boolean => /^\s*(select|with|insert|update|delete)\b/i.test(text);

it('reads no more than it answers times a constant, whatever is asked for', async () => {
  const small = await makeScene(cast);
  const big: Scene = { ...small, ...large };
  const seen = new Map<string, Asked>();
  for (const row of ROWS.filter(({ asNew }) => !asNew)) {
    for (const [scene, actors] of [
      [big, [cast.owner, cast.member]],
      [small, [cast.owner, cast.admin]],
    ] as const) {
      for (const actor of actors) {
        const asked = await statementsOf(() => ask(row, scene, actor));
        for (const each of asked.filter(isExplainable))
          seen.set(`${actor.id} ${scene.conversationId} ${each.text}`, each);
      }
    }
  }
  expect(seen.size).toBeGreaterThan(100);
  const wrong = new Set<string>();
  for (const asked of seen.values()) {
    const fault = await judge(asked);
    if (fault !== null) wrong.add(fault);
  }
  expect([...wrong]).toEqual([]);
}, 600_000);
