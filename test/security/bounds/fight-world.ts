/** The largest fights: of players with the longest names and every item, each with the longest seed. */
import {
  type CombatView,
  MAX_COMBATANTS_PER_SIDE,
  MAX_HISTORY_ENTRIES,
  MAX_SPECTATOR_DELAY,
} from '@aeturnis/contracts';
import { randomUUID } from 'node:crypto';
import { MAX_CHALLENGES } from '../../../apps/server/src/combat/starting/duels.service';
import { connect, type TestClient } from '../../support/clients/client';
import { callApi } from '../../support/clients/http';
import { AMONG_RATS, passUntilTurnOf, RATS, succeed } from '../../support/domains/combat-players';
import { lengthenLog, passUntilLastRound } from '../../support/domains/long-fights';
import type { BoundsWorld } from './bounds-world';

interface BoundsFighter {
  readonly userId: string;
  readonly characterId: string;
  readonly client: TestClient;
}

export const LONGEST_SEED = '4c'.repeat(64);
const OPTIONS = { clientSeed: LONGEST_SEED, spectators: 'public', delayTurns: MAX_SPECTATOR_DELAY };

const worlds = new WeakMap<BoundsWorld, Promise<FightWorld>>();

export class FightWorld {
  private constructor(
    private readonly world: BoundsWorld,
    readonly heavy: BoundsFighter,
    /** As many as one side takes; the witness is the first. */
    readonly rivals: readonly BoundsFighter[],
  ) {}

  static of(world: BoundsWorld): Promise<FightWorld> {
    const known = worlds.get(world) ?? FightWorld.open(world);
    worlds.set(world, known);
    return known;
  }

  private static async open(world: BoundsWorld): Promise<FightWorld> {
    const { heavy, witness } = world;
    const rivals = [fighter(witness)];
    while (rivals.length < MAX_COMBATANTS_PER_SIDE) {
      const { id, accessToken } = await world.newGuest();
      const characterIds = await world.seed.characters(id, 1);
      rivals.push(fighter({ id, characterIds, client: await connect(world.url, accessToken) }));
    }
    const fights = new FightWorld(world, fighter(heavy), rivals);
    await fights.placeAmongRats();
    return fights;
  }

  get rivalIds(): string[] {
    return this.rivals.map(({ characterId }) => characterId);
  }

  /** A challenge by the heavy user. */
  async challengeSample(): Promise<object> {
    const { commitment } = await this.overview();
    return { targetIds: this.rivalIds, commitment, ...OPTIONS };
  }

  /** A challenge to the heavy user, which all others have accepted. */
  async challengeOfHeavy(): Promise<string> {
    const [challenger, ...others] = this.rivals;
    if (!challenger) throw new Error('there are no rivals');
    const targetIds = [this.heavy, ...others].map(({ characterId }) => characterId);
    const { sessionId } = await succeed(challenger.client, 'combat:start', { targetIds, ...OPTIONS });
    await acceptBy(others, String(sessionId));
    return String(sessionId);
  }

  /** The largest duel, in which the heavy user has the turn. */
  async duel(): Promise<string> {
    const { sessionId } = await succeed(this.heavy.client, 'combat:start', await this.challengeSample());
    await acceptBy(this.rivals, String(sessionId));
    await passUntilTurnOf(this.heavy, this.rivals, String(sessionId));
    return String(sessionId);
  }

  /** A duel of all rivals, which the heavy user can watch. */
  async duelOfRivals({ delayTurns = 0 } = {}): Promise<string> {
    const [challenger, ...others] = this.rivals;
    if (!challenger) throw new Error('there are no rivals');
    const targetIds = others.map(({ characterId }) => characterId);
    const { sessionId } = await succeed(challenger.client, 'combat:start', { targetIds, ...OPTIONS, delayTurns });
    await acceptBy(others, String(sessionId));
    return String(sessionId);
  }

  /** The same duel, in its last round, for which spectators replay all rounds before. */
  async longDuelOfRivals(): Promise<string> {
    const id = await this.duelOfRivals({ delayTurns: MAX_SPECTATOR_DELAY });
    await passUntilLastRound(this.world.sql, id);
    return id;
  }

  /** A monster that the heavy user can fight. */
  monsterSample(): object {
    return { monsterId: RATS[0], ...OPTIONS };
  }

  /** A fight against a monster, with room for one more player. The witness may stand anywhere, so it takes no part. */
  async hunt(): Promise<string> {
    const [hunter, ...others] = this.rivals.slice(1);
    if (!hunter) throw new Error('there are no rivals');
    const { sessionId } = await succeed(hunter.client, 'combat:start', { monsterId: RATS[0], ...OPTIONS });
    for (const { client } of others) await succeed(client, 'combat:join', { sessionId });
    return String(sessionId);
  }

  /** A duel that has ended, with more than a page of entries. */
  async longFight(): Promise<string> {
    const id = await this.challengeOfHeavy();
    await succeed(this.heavy.client, 'combat:accept', { sessionId: id, clientSeed: LONGEST_SEED });
    const { sql } = this.world;
    await sql.query(
      `update fights set phase = 'ended', ended_at = now(), due_at = null, deadline = null,
          client_seeds = (select jsonb_object_agg(player->>'characterId', $2::text) from jsonb_array_elements(players) as player),
          state = state || '{"outcome": {"result": "victory", "winningSide": 1}}' where id = $1`,
      [id, LONGEST_SEED],
    );
    await lengthenLog(sql, id, 2 * MAX_HISTORY_ENTRIES);
    return id;
  }

  /** MAX_CHALLENGES open challenges of this user, each to as many characters as this fight has. */
  async fillChallenges(userId: string, fightId: string): Promise<void> {
    const { sql } = this.world;
    const ids = Array.from({ length: MAX_CHALLENGES }, () => randomUUID());
    await sql.query(
      `insert into fights select (jsonb_populate_record(fights, jsonb_build_object('id', copy, 'phase', 'invited',
          'created_by', gen_random_uuid(), 'state', null, 'setup', null, 'due_at', now() + interval '1 hour'))).*
        from fights, unnest($2::uuid[]) as copy where id = $1`,
      [fightId, ids],
    );
    await sql.query(
      `insert into fight_players (fight_id, user_id, character_id, role)
        select unnest($1::uuid[]), $2, gen_random_uuid(), 'invited'`,
      [ids, userId],
    );
  }

  /** Locks in the order of the server's background work. */
  async clear(): Promise<void> {
    await this.world.sql.query(
      'delete from fights using (select id from fights order by id for update) as locked where fights.id = locked.id',
    );
  }

  async overview(): Promise<{ commitment: string; current: CombatView | null }> {
    const { body } = await callApi(this.world.url, 'GET', '/api/combats', { token: this.world.heavy.accessToken });
    return body as unknown as { commitment: string; current: CombatView | null };
  }

  private async placeAmongRats(): Promise<void> {
    const all = [this.heavy, ...this.rivals];
    await this.world.sql.query(
      `update characters set zone = $2, x = $3, y = $4, walked_until = now() - interval '1 minute' where id = any($1::uuid[])`,
      [all.map(({ characterId }) => characterId), AMONG_RATS.zone, AMONG_RATS.x, AMONG_RATS.y],
    );
    for (const { client, characterId } of all) await succeed(client, 'character:select', { characterId });
  }
}

async function acceptBy(players: readonly BoundsFighter[], sessionId: string): Promise<void> {
  for (const { client } of players) await succeed(client, 'combat:accept', { sessionId, clientSeed: LONGEST_SEED });
}

/** The last character, because bounds of the world use the others. */
function fighter(actor: { id: string; characterIds: readonly string[]; client: TestClient }): BoundsFighter {
  const { id: userId, characterIds, client } = actor;
  return { userId, characterId: characterIds.at(-1) ?? '', client };
}
