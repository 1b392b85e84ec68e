/**
 * On a large database, no statement of a command or route reads more rows than a constant times the rows that it returns.
 * The requests of the matrix are sent by a user with very much data and by an ordinary one, and every statement that they
 * cause, in any part of the server, is run again under EXPLAIN.
 */
import { isUniqueViolation } from '@aeturnis/platform';
import { Client } from 'pg';
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients } from '../../support/clients/client';
import { explain } from '../../support/databases/explain';
import { fillDatabase, LARGE, type LargeGroup } from '../../support/databases/large-database';
import { startIsolatedServer } from '../../support/servers/server';
import { type RecordedStatement, recordStatements } from '../../support/databases/statements';
import { type MatrixActor, Actors } from './actors';
import { callRoute, sendCommand } from './matrix-requests';
import type { MatrixRow } from './row';
import { ROWS } from './rows';
import { type Cast, joinCast, makeScene, type MatrixScene } from './matrix-scene';

/** The rows that a statement may read for each row that it returns, and in addition to that. */
const PER_ANSWER = 12;
const AT_LEAST = 300;
/** A sequential scan of a table is allowed up to this number of rows. */
const SMALL = 1_000;

/** Statements that have a reason to read more, and their maximum. */
const EXCEPTIONS: readonly { pattern: RegExp; rows: number }[] = [
  // Quotas: the conversations of a user and the members of a group are counted.
  { pattern: /member\.counted offset|and not counted$/, rows: AT_LEAST + LARGE.heavyConversations },
  { pattern: /^select count\(\*\) as count from "conversation_members"/, rows: LARGE.groupMembers },
  // The list of conversations is sorted by their heads, so all conversations of the user are read.
  { pattern: /as every/, rows: 3 * LARGE.heavyConversations },
  // Unread messages are counted among a bounded number of messages for each conversation of a page.
  { pattern: /as recent/, rows: 3 * LARGE.heavyConversations + 101 * 210 },
];

/** No request causes it: after a pause of all nodes, as of a busy machine, every running fight gets that time back. */
const OUTAGE_CREDIT = /^\s*with due as .*update "fights"/s;

let server: RunningServer;
let client: Client;
let cast: Cast;
let large: LargeGroup;

beforeAll(async () => {
  server = await startIsolatedServer({
    METRICS_TOKEN: 'metrics-token',
    LIMITS: 'off',
    CONVERSATIONS_PER_USER: '10000',
  });
  cast = await joinCast(new Actors(server), server.url);
  const url = server.config.databaseUrl!;
  const startedAt = performance.now();
  large = await fillDatabase(url, cast.owner.id, [cast.member.id, cast.moderator.id, cast.companionId]);
  process.stdout.write(`The large database was filled in ${Math.round(performance.now() - startedAt)} ms.\n`);
  client = new Client({ connectionString: url });
  await client.connect();
}, 600_000);
afterAll(async () => {
  closeClients();
  await client.end();
  await server.close();
});

async function ask(row: MatrixRow, scene: MatrixScene, actor: MatrixActor): Promise<void> {
  if (row.kind === 'command') await sendCommand(row, row.sample(scene, actor), actor);
  else await callRoute(server.url, row, row.sample(scene, actor), actor.accessToken);
}

/** @returns what is wrong with a statement, or null. */
async function judge(statement: RecordedStatement): Promise<string | null> {
  const explained = await explain(client, statement).catch((error: unknown) => {
    // The first run has inserted the row, so the second one read only the unique index.
    if (!isUniqueViolation(error)) throw error;
  });
  if (!explained) return null;
  const { rowsRead, rowsAnswered, sequentialScans } = explained;
  const text = statement.text.replace(/\s+/g, ' ').slice(0, 200);
  const exception = EXCEPTIONS.find(({ pattern }) => pattern.test(statement.text));
  const allowed = exception?.rows ?? AT_LEAST + PER_ANSWER * rowsAnswered;
  const scanned = sequentialScans.filter(({ rows }) => rows > SMALL);
  if (scanned.length > 0) return `reads all of ${scanned.map(({ table }) => table).join(', ')}: ${text}`;
  return rowsRead > allowed ? `reads ${rowsRead} rows to answer ${rowsAnswered}, at most ${allowed}: ${text}` : null;
}

const isExplainable = ({ text }: RecordedStatement): boolean =>
  /^\s*(select|with|insert|update|delete)\b/i.test(text) && !OUTAGE_CREDIT.test(text);

it('every statement of a command or route reads at most a constant times the rows that it returns', async () => {
  const small = await makeScene(cast);
  const big: MatrixScene = { ...small, ...large };
  const seen = new Map<string, RecordedStatement>();
  for (const row of ROWS.filter(({ asNew }) => !asNew)) {
    for (const [scene, actors] of [
      [big, [cast.owner, cast.member]],
      [small, [cast.owner, cast.admin]],
    ] as const) {
      for (const actor of actors) {
        const statements = await recordStatements(() => ask(row, scene, actor));
        for (const statement of statements.filter(isExplainable))
          seen.set(`${actor.id} ${scene.conversationId} ${statement.text}`, statement);
      }
    }
  }
  expect(seen.size).toBeGreaterThan(100);
  const wrong = new Set<string>();
  for (const statement of seen.values()) {
    const fault = await judge(statement);
    if (fault !== null) wrong.add(fault);
  }
  expect([...wrong]).toEqual([]);
}, 600_000);
