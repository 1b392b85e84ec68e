// Stores duels as the product does, for a loop over their statements.
import { createHmac, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Client as Postgres } from 'pg';
import { repositoryRoot } from '../support/paths.mjs';

const require = createRequire(import.meta.url);

/** @returns for each fight, what its next step stores: `{ id, userId, number, input, entries }`. */
export async function storeSampleFights(databaseUrl, userIds) {
  const { state, input, entries, players, clocks } = sampleDuel();
  const client = new Postgres({ connectionString: databaseUrl });
  await client.connect();
  const fights = userIds.map((userId) => ({ id: randomUUID(), userId, number: 0, input, entries }));
  await client.query(
    `insert into fights (id, mode, phase, created_by, spectators, delay_turns, rules_version, data_hash, server_seed,
        commitment, client_seeds, players, state, clocks, seq, published, created_at, updated_at)
      select id, 'duel', 'active', user_id, 'off', 0, 1, repeat('a', 64), repeat('b', 64), repeat('c', 64), '{}',
        $3::jsonb, $4::jsonb, $5::jsonb, $6, $6, now(), now()
      from unnest($1::uuid[], $2::uuid[]) as given (id, user_id)`,
    [
      fights.map(({ id }) => id),
      userIds,
      JSON.stringify(players),
      JSON.stringify(state),
      JSON.stringify(clocks),
      state.seq,
    ],
  );
  await client.end();
  return fights;
}

/** A duel after its first action, with the entries of a second one. */
function sampleDuel() {
  require(join(repositoryRoot, 'test/support/typescript.cjs'));
  const { AddressedRolls, beginFight, stepFight } = require(join(repositoryRoot, 'libs/combat-rules/src/index.ts'));
  const { simulatedPlayer } = require(join(repositoryRoot, 'libs/combat-rules/src/simulation/simulate.ts'));
  const ids = [randomUUID(), randomUUID()];
  const participants = ids.map((id, side) => ({ ...simulatedPlayer(id, side, 'mage', 1), name: 'Duellist a' }));
  const rolls = new AddressedRolls('sample', (address) => createHmac('sha256', 'sample').update(address).digest());
  const defend = (state) => ({ type: 'act', actorId: state.queue[0], action: { type: 'defend' } });
  const begun = beginFight({ mode: 'duel', participants }, rolls);
  const first = stepFight(begun.state, defend(begun.state), rolls);
  const input = defend(first.state);
  const { state, entries } = stepFight(first.state, input, rolls);
  const clock = { bankMs: 60_000, awaySince: null, graceMs: 2_000, node: randomUUID() };
  return {
    state,
    input,
    entries,
    players: ids.map((characterId, side) => ({
      ...{
        userId: randomUUID(),
        characterId,
        name: 'Duellist a',
        class: 'mage',
        level: 1,
        side,
        accepted: true,
        bag: {},
      },
    })),
    clocks: Object.fromEntries(ids.map((id) => [id, clock])),
  };
}
