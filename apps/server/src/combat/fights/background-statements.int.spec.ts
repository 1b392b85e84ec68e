/** The statements that every node runs in the background read few rows, however many fights are stored. */
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { explain } from '../../../../../test/support/databases/explain';
import { openDatabases, type OpenDatabases } from '../../../../../test/support/databases/open-databases';
import { seed } from '../../../../../test/support/databases/seed';
import { recordStatements } from '../../../../../test/support/databases/statements';
import { FightersRepository } from '../fighters/fighters.repository';
import { FightPublicationsRepository } from '../publishing/fight-publications.repository';
import { DeletedNamesRepository } from './deleted-names.repository';
import { FightPlayersRepository } from './fight-players.repository';
import { FightsRepository } from './fights.repository';

const FIGHTS = 20_000;
const ACTIVE = 2_000;
const LIMIT = 100;
/** What a statement may read, with the rows that it answers. */
const MAX_READ = 3 * LIMIT;
const PLAYED = Array.from({ length: 50 }, (_, number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);

let storage: OpenDatabases;
let client: Client;

beforeAll(async () => {
  storage = await openDatabases();
  client = new Client({ connectionString: storage.url });
  await client.connect();
  const fights = sql.raw(`
    insert into fights (id, mode, phase, created_by, spectators, delay_turns, rules_version, data_hash, server_seed, commitment,
      client_seeds, players, clocks, seq, published, due_at, created_at, updated_at, ended_at)
    select md5('f' || n)::uuid, 'duel', case when n <= ${ACTIVE} then 'active' else 'ended' end, md5('u' || n)::uuid, 'public', 0,
      1, '', '', '', '{}', '[]', '{}', 10, 10, case when n <= ${ACTIVE} then now() + n * interval '1 minute' end,
      now() - n * interval '1 second', now() - interval '1 hour',
      case when n > ${ACTIVE} then now() - n * interval '5 minutes' end
    from generate_series(1, ${FIGHTS}) n`);
  const players = sql.raw(`
    insert into fight_players (fight_id, user_id, character_id, role)
    select md5('f' || n)::uuid, md5('u' || n)::uuid, md5('c' || n)::uuid,
      case when n <= ${ACTIVE} then 'fighting' else 'done' end from generate_series(1, ${FIGHTS}) n`);
  await seed(storage.url, fights, players, sql`analyze fights, fight_players`);
}, 60_000);
afterAll(async () => {
  await client.end();
  await storage.close();
});

it.each<[string, () => Promise<unknown>]>([
  ['the fights that are due', () => new FightsRepository(storage.database).lockDue()],
  ['what a sweep has to do', () => new FightsRepository(storage.database).findSweepWork()],
  ['the fights of a user', () => new FightPlayersRepository(storage.database).overviewOf(PLAYED[0] ?? '', LIMIT)],
  ['the fights of a character', () => new FightPlayersRepository(storage.database).findOfCharacter(PLAYED[0] ?? '')],
  ['the fights whose steps are not published', () => new FightPublicationsRepository(storage.database).overdue(LIMIT)],
  [
    'the fights of a deleted user',
    () => new FightPlayersRepository(storage.database).leftByUser(PLAYED[0] ?? '', LIMIT),
  ],
  ['the names of deleted characters', () => new DeletedNamesRepository(storage.database).replaceNames(PLAYED, PLAYED)],
  ['the fights that ended long ago', () => new FightsRepository(storage.database).deleteEnded(30, LIMIT)],
  ['the active fights', () => new FightsRepository(storage.database).listActive(LIMIT)],
  ['the characters that fight', () => new FightersRepository(storage.database).statusOf(PLAYED)],
])('%s: are read by an index', async (_, work) => {
  const statements = await recordStatements(work);
  expect(statements.length).toBeGreaterThan(0);
  for (const statement of statements) {
    const { rowsRead, sequentialScans } = await explain(client, statement);
    expect(sequentialScans).toEqual([]);
    expect(rowsRead).toBeLessThanOrEqual(MAX_READ);
  }
});
