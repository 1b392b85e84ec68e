/** Stored rows of fights: tests compare them, and change times in them instead of waiting. */
import type { INestApplication } from '@nestjs/common';
import type { FightState } from '@aeturnis/combat-rules';
import { Database } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { OutageCreditRepository } from '../../../apps/server/src/combat/clocks/outage-credit.repository';
import type { PlayerClocks } from '../../../apps/server/src/combat/fights/fight';

export interface FightRow {
  readonly phase: string;
  readonly server_seed: string;
  readonly commitment: string;
  readonly client_seeds: Readonly<Record<string, string>>;
  readonly players: readonly { readonly userId: string; readonly characterId: string }[];
  readonly state: FightState;
  readonly clocks: Readonly<Record<string, PlayerClocks>>;
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly dueAtMs: number;
}

interface FightDatabase {
  readonly app: INestApplication;
}

const dbOf = ({ app }: FightDatabase) => app.get(Database).db;

/** The whole row, without the mark of publications, which follows later. */
export async function fightRow(server: FightDatabase, id: string): Promise<FightRow> {
  const { rows } = await dbOf(server).execute<{ row: FightRow }>(sql`
    select to_jsonb(f) - 'published' || jsonb_build_object('deadlineMs', extract(epoch from deadline) * 1000,
      'dueAtMs', extract(epoch from due_at) * 1000) as row from fights f where id = ${id}`);
  const [found] = rows;
  if (!found) throw new Error(`there is no fight ${id}`);
  return found.row;
}

/**
 * Call the result after what must change nothing. The server itself extends deadlines after a stall of its machine: then
 * they may be later, and the times of absences too.
 */
export async function watchFight(server: FightDatabase, id: string): Promise<() => Promise<void>> {
  const extensions = jest.spyOn(OutageCreditRepository.prototype, 'extendDeadlines');
  const before = await fightRow(server, id);
  return async () => {
    const after = await fightRow(server, id);
    const isExtended = extensions.mock.calls.length > 0;
    extensions.mockRestore();
    if (!isExtended) return expect(after).toEqual(before);
    expect(withoutTimes(after)).toEqual(withoutTimes(before));
    // A fight that has ended has no deadline.
    if (before.phase !== 'ended') expect(after.deadlineMs).toBeGreaterThanOrEqual(before.deadlineMs);
  };
}

const withoutTimes = (row: FightRow): object => ({
  ...row,
  ...Object.fromEntries(['deadline', 'due_at', 'deadlineMs', 'dueAtMs', 'clocks'].map((name) => [name, null])),
});

/** Those that match, locked in the order of the server's background work, so that neither waits for the other for ever. */
const locked = (condition: SQL): SQL =>
  sql`(select id from fights where ${condition} order by id for update) as locked`;

/** The deadline of the current turn, and its grace, have passed. */
export async function passDeadline(server: FightDatabase, ...ids: string[]): Promise<void> {
  await dbOf(server).execute(sql`
    update fights set deadline = clock_timestamp() - interval '5 seconds', due_at = clock_timestamp()
    from ${locked(sql`id = any(${sql.param(ids)}::uuid[])`)} where fights.id = locked.id`);
}

/** No deadline passes before tomorrow. */
export async function postponeDeadlines(server: FightDatabase): Promise<void> {
  await dbOf(server).execute(sql`
    update fights set deadline = deadline + interval '1 day', due_at = due_at + interval '1 day'
    from ${locked(sql`due_at is not null`)} where fights.id = locked.id`);
}

export async function deleteChallenges(server: FightDatabase): Promise<void> {
  await dbOf(server).execute(sql`
    delete from fights using ${locked(sql`phase = 'invited'`)} where fights.id = locked.id`);
}

/** These players have been away for some time; the sweep looks at the fight at once. */
export async function ageAbsence(
  server: FightDatabase,
  id: string,
  characterIds: readonly string[],
  awayMs: number,
): Promise<void> {
  await dbOf(server).execute(sql`
    update fights set due_at = clock_timestamp(), clocks = (
      select jsonb_object_agg(key, case when key = any(${sql.param([...characterIds])}::text[])
        then jsonb_set(value, '{awaySince}', to_jsonb((extract(epoch from clock_timestamp()) * 1000 - ${awayMs}::float8)::float8))
        else value end)
      from jsonb_each(clocks))
    where id = ${id}`);
}

export const userIdOf = ({ players }: FightRow, { characterId }: { characterId: string }): string =>
  players.find((player) => player.characterId === characterId)?.userId ?? '';
