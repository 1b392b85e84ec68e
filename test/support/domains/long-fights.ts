/** Lengthens stored fights with SQL, because a fight of a hundred rounds takes minutes. */
import { type FightInput, type FightState, stepFight } from '@aeturnis/combat-rules';
import type { ClientBase } from 'pg';
import { rollsFor } from '../../../apps/server/src/combat/fairness/fight-secrets';

/** The most strikes of one action. */
const STRIKES = 8;
/** A turn, an action and its strikes. */
const ENTRIES_PER_INPUT = 2 + STRIKES;
const TURN = 1_600;

/** Appends strikes at eight enemies to the log of a fight that has ended, until it has this many entries. */
export async function lengthenLog(sql: ClientBase, fightId: string, entries: number): Promise<void> {
  const { rows } = await sql.query<{ seq: number; number: number; actorId: string }>(
    `select seq, (select max(number) from fight_inputs where fight_id = fights.id) as number,
        players->0->>'characterId' as "actorId" from fights where id = $1 and phase = 'ended'`,
    [fightId],
  );
  const [end] = rows;
  if (!end) throw new Error(`there is no fight ${fightId} that has ended`);
  const { seq, number, actorId } = end;
  const [action, hit] = [
    { type: 'skill', skillId: 'cleave' },
    { hit: true, critical: false, damage: 1_000, absorbed: 100, health: 1_000 },
  ];
  const publicHalves = [
    { type: 'turn', actorId, energy: 100 },
    { ...action, type: 'action', action: 'skill', actorId, energy: 100 },
    ...Array.from({ length: STRIKES }, () => ({ type: 'strike', actorId, targetId: actorId, ...hit })),
  ];
  await sql.query(
    `insert into fight_entries (fight_id, seq, turn, public)
      select $1, number, ${TURN}, $4::jsonb->((number - $2::int - 1) % ${ENTRIES_PER_INPUT})
      from generate_series($2::int + 1, $3::int) as number`,
    [fightId, seq, entries, JSON.stringify(publicHalves)],
  );
  await sql.query(
    `insert into fight_inputs (fight_id, number, input, turn, first_seq, last_seq)
      select $1, $5::int + row_number() over (order by first), $4, ${TURN}, first, first + ${ENTRIES_PER_INPUT - 1}
      from generate_series($2::int + 1, $3::int, ${ENTRIES_PER_INPUT}) as first`,
    [fightId, seq, entries, { type: 'act', actorId, turn: TURN, action }, number],
  );
  await sql.query(`update fights set seq = $2, published = $2 where id = $1`, [fightId, entries]);
}

/** Every player passes in every turn up to the last round. Only what a replay reads is stored: inputs and the state. */
export async function passUntilLastRound(sql: ClientBase, fightId: string): Promise<void> {
  const { rows } = await sql.query<{ state: FightState; serverSeed: string; clientSeeds: Record<string, string> }>(
    `select state, server_seed as "serverSeed", client_seeds as "clientSeeds" from fights where id = $1 and phase = 'active'`,
    [fightId],
  );
  const [fight] = rows;
  if (!fight) throw new Error(`there is no fight ${fightId} that goes on`);
  const rolls = rollsFor(fight.serverSeed, fight.clientSeeds);
  const inputs: object[] = [];
  let { state } = fight;
  for (;;) {
    const input: FightInput = { type: 'act', actorId: state.queue[0] ?? '', action: { type: 'pass' } };
    const next = stepFight(state, input, rolls);
    if (typeof next === 'string') throw new Error(`the rules refused to pass: ${next}`);
    if (next.state.outcome) break;
    const { turn, seq } = state;
    inputs.push({ number: next.state.inputs, input, turn, first: seq + 1, last: next.state.seq });
    ({ state } = next);
  }
  await sql.query(
    `insert into fight_inputs (fight_id, number, input, turn, first_seq, last_seq)
      select $1, number, input, turn, first, last
      from jsonb_to_recordset($2::jsonb) as step (number int, input jsonb, turn int, first int, last int)`,
    [fightId, JSON.stringify(inputs)],
  );
  await sql.query(`update fights set state = $2, seq = $3, published = $3 where id = $1`, [fightId, state, state.seq]);
}
