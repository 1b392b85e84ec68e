/** Prepared statements of the steps of fights: one locks and reads a fight, one stores a step. */
import { placeholder, preparedStatement } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { fightEntries, fightInputs, fightPlayers, fights, fightSeeds } from '../combat.schema';
import type { Fight, FightWithSetup } from './fight';

const msOf = (time: SQL): SQL => sql`round(extract(epoch from ${time}) * 1000)::float8`;

const FIGHT_COLUMNS = sql`id, mode, phase, created_by as "createdBy", spectators, delay_turns as "delayTurns", zone, x, y,
  rules_version as "rulesVersion", data_hash as "dataHash", server_seed as "serverSeed", commitment,
  client_seeds as "clientSeeds", players, state, clocks, seq, published,
  ${msOf(sql`deadline`)} as deadline, ${msOf(sql`due_at`)} as "dueAt", ${msOf(sql`clock_timestamp()`)} as now`;

const ID = placeholder('id', 'uuid');

export const LOCK_FIGHT = preparedStatement<{ id: string }, Fight>(
  'lock_fight',
  sql`select ${FIGHT_COLUMNS} from ${fights} where id = ${ID} for no key update`,
);

/**
 * A fight of other rules is left to the nodes that have them, such as those of the release before: only if none has looked at
 * it for this time, there are none.
 */
const OTHER_RULES_AFTER = sql.raw(`interval '60 seconds'`);

/** One fight at which the sweep has to look; another node that looks at the same time gets another one. */
export const LOCK_DUE_FIGHT = preparedStatement<{ rulesVersion: number }, Fight>(
  'lock_due_fight',
  sql`select ${FIGHT_COLUMNS} from ${fights}
    where due_at <= now() and (rules_version = ${placeholder('rulesVersion', 'int')} or due_at <= now() - ${OTHER_RULES_AFTER})
    order by due_at limit 1 for no key update skip locked`,
);

export interface FightsOfUser {
  /** The fight in which the user is a player who fights. */
  readonly fightId: string | null;
  readonly challengeIds: readonly string[];
  /** How many server seeds the user has drawn. */
  readonly seedsDrawn: number;
}

/** One statement, because every connection runs it. */
export const FIND_FIGHTS_OF_USER = preparedStatement<{ userId: string; limit: number }, FightsOfUser>(
  'find_fights_of_user',
  sql`select
    (select fight_id from ${fightPlayers} where user_id = ${placeholder('userId', 'uuid')} and role = 'fighting') as "fightId",
    array(select fight_id from ${fightPlayers} where user_id = ${placeholder('userId', 'uuid')} and role = 'invited'
      limit ${placeholder('limit', 'int')}) as "challengeIds",
    coalesce((select drawn from ${fightSeeds} where user_id = ${placeholder('userId', 'uuid')}), 0)::float8 as "seedsDrawn"`,
);

export interface SweepWork {
  /** Whether there are deadlines at all. */
  readonly hasDeadlines: boolean;
  readonly isDue: boolean;
  readonly isUnpublished: boolean;
}

/**
 * What a sweep has to do: usually nothing. A node publishes a step at once: 1.5 s later it is taken for dead. The orders
 * make the planner use the partial indexes, whose sizes it cannot estimate.
 */
export const FIND_SWEEP_WORK = preparedStatement<Record<string, never>, SweepWork>(
  'find_fight_sweep_work',
  sql`select first.due_at is not null as "hasDeadlines", coalesce(first.due_at <= now(), false) as "isDue",
    (select id from ${fights} where published < seq and updated_at < now() - interval '1500 milliseconds'
      order by updated_at limit 1) is not null as "isUnpublished"
    from (select min(due_at) as due_at from ${fights} where due_at is not null) as first`,
);

export const FIND_FIGHT = preparedStatement<{ id: string }, FightWithSetup>(
  'find_fight',
  sql`select ${FIGHT_COLUMNS}, setup from ${fights} where id = ${ID}`,
);

export interface StepValues extends Record<string, unknown> {
  readonly id: string;
  readonly phase: Fight['phase'];
  /** JSON texts. */
  readonly state: string;
  readonly clocks: string;
  readonly entries: string;
  readonly input: string | null;
  readonly seq: number;
  readonly number: number;
  readonly userId: string | null;
  readonly actionId: string | null;
  readonly turn: number;
  readonly firstSeq: number;
  /** Milliseconds from now; null keeps the deadline that the fight has, or removes it with `hasDeadline` false. */
  readonly turnMs: number | null;
  readonly hasDeadline: boolean;
  readonly graceMs: number;
  /** When the time of absence of a player is used up, in milliseconds since 1970. */
  readonly absenceEndsAt: number | null;
}

export interface StoredStep {
  readonly deadline: number | null;
  readonly now: number;
}

/** Appends the entries and the input to the log, and replaces the state of the fight. */
export const SAVE_STEP = preparedStatement<StepValues, StoredStep>(
  'save_fight_step',
  sql`with added_entries as (
      insert into ${fightEntries} (fight_id, seq, turn, public, private)
      select ${ID}, (entry->>'seq')::int, (entry->>'turn')::int, entry->'public', entry->'private'
      from jsonb_array_elements(${placeholder('entries', 'jsonb')}) as entry
    ), added_input as (
      insert into ${fightInputs} (fight_id, number, user_id, action_id, input, turn, first_seq, last_seq)
      values (${ID}, ${placeholder('number', 'int')}, ${placeholder('userId', 'uuid')}, ${placeholder('actionId', 'uuid')},
        ${placeholder('input', 'jsonb')}, ${placeholder('turn', 'int')}, ${placeholder('firstSeq', 'int')},
        ${placeholder('seq', 'int')})
    ), times as (
      select case when ${placeholder('hasDeadline', 'boolean')} then coalesce(
          clock_timestamp() + ${placeholder('turnMs', 'float8')} * interval '1 millisecond',
          (select deadline from ${fights} where id = ${ID})) end as deadline,
        to_timestamp(${placeholder('absenceEndsAt', 'float8')} / 1000) as absence_ends_at
    )
    update ${fights} as fight set phase = ${placeholder('phase', 'text')}, state = ${placeholder('state', 'jsonb')},
      clocks = ${placeholder('clocks', 'jsonb')}, seq = ${placeholder('seq', 'int')}, deadline = times.deadline,
      due_at = least(times.deadline + ${placeholder('graceMs', 'float8')} * interval '1 millisecond',
        case when ${placeholder('hasDeadline', 'boolean')} then times.absence_ends_at end),
      updated_at = clock_timestamp(),
      ended_at = case when ${placeholder('phase', 'text')} = 'ended' then clock_timestamp() end
    from times where fight.id = ${ID}
    returning ${msOf(sql`fight.deadline`)} as deadline, ${msOf(sql`clock_timestamp()`)} as now`,
);
