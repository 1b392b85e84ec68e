/** Replaces the names of deleted characters in stored fights, which others may read and verify as before. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { type SQL, sql } from 'drizzle-orm';
import { fightEntries, fightInputs, fights } from '../combat.schema';

const NAME = sql.raw(`'"deleted"'::jsonb`);
/** Players join in the first three rounds: no input after this one is a join. */
const LAST_JOIN = 100;

@Injectable()
export class DeletedNamesRepository {
  constructor(private readonly database: Database) {}

  /** Call it in a transaction. Fights that go on keep the new name, because each step continues the stored state. */
  async replaceNames(fightIds: readonly string[], characterIds: readonly string[]): Promise<void> {
    const [ids, characters] = [sql`${sql.param([...fightIds])}::uuid[]`, sql`${sql.param([...characterIds])}::text[]`];
    const renamed = (list: SQL, key: SQL): SQL => sql`(
      select jsonb_agg(case when each->>${key} = any(${characters}) then jsonb_set(each, '{name}', ${NAME}) else each end
        order by place)
      from jsonb_array_elements(${list}) with ordinality as listed (each, place))`;
    const id = sql.raw(`'id'`);
    const characterId = sql.raw(`'characterId'`);
    const { db } = this.database;
    // In the order of their ids, so that two transactions never wait for each other.
    await db.execute(sql`
      with named as (
        select id from ${fights} where id = any(${ids}) and exists (
          select from jsonb_array_elements(players) as each
          where each->>'characterId' = any(${characters}) and each->'name' <> ${NAME})
        order by id for no key update)
      update ${fights} as fight set players = ${renamed(sql`fight.players`, characterId)},
        setup = jsonb_set(fight.setup, '{participants}', ${renamed(sql`fight.setup->'participants'`, id)}),
        state = jsonb_set(fight.state, '{participants}', ${renamed(sql`fight.state->'participants'`, id)})
      from named where fight.id = named.id`);
    const { rows } = await db.execute<{ fightId: string; seq: number }>(sql`
      update ${fightInputs} set input = jsonb_set(input, '{player,name}', ${NAME})
      where fight_id = any(${ids}) and number <= ${LAST_JOIN} and input->>'type' = 'join'
        and input->'player'->>'id' = any(${characters})
      returning fight_id as "fightId", first_seq as seq`);
    for (const { fightId, seq } of rows)
      await db.execute(sql`
        update ${fightEntries} set public = jsonb_set(public, '{participant,name}', ${NAME})
        where fight_id = ${fightId} and seq = ${seq}`);
  }
}
