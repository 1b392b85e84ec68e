/** Stores which users take part in which fights. One user fights in one fight at a time: a unique index decides. */
import { Injectable } from '@nestjs/common';
import { Database, lockInOrder } from '@aeturnis/platform';
import { and, asc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import { fightPlayers, fights } from '../combat.schema';
import type { FightOfCharacter, FightOfUser, FightPlayer } from './fight';
import { FIND_FIGHTS_OF_USER, type FightsOfUser } from './fight-statements.repository';

@Injectable()
export class FightPlayersRepository {
  constructor(private readonly database: Database) {}

  /** @throws a unique violation of `fight_players_fighting` if one of them fights already. */
  async insertPlayers(fightId: string, players: readonly FightPlayer[], role: 'invited' | 'fighting'): Promise<void> {
    const ordered = [...players].sort((one, other) => (one.userId < other.userId ? -1 : 1));
    await this.database.db
      .insert(fightPlayers)
      .values(ordered.map(({ userId, characterId }) => ({ fightId, userId, characterId, role })));
  }

  /** @throws as `insertPlayers`. */
  async setFighting(fightId: string): Promise<void> {
    await this.database.db.update(fightPlayers).set({ role: 'fighting' }).where(eq(fightPlayers.fightId, fightId));
  }

  async setDone(fightId: string, userIds: readonly string[], respawning: ReadonlySet<string>): Promise<void> {
    await this.database.db
      .update(fightPlayers)
      .set({
        role: 'done',
        mustRespawn: sql`case when ${fightPlayers.userId} = any(${sql.param([...respawning])}::uuid[]) then 1 else 0 end`,
      })
      .where(and(eq(fightPlayers.fightId, fightId), inArray(fightPlayers.userId, [...userIds])));
  }

  /** The fight in which a user is a player who fights. */
  async findOfUser(userId: string): Promise<string | null> {
    const [row] = await this.database.db
      .select({ fightId: fightPlayers.fightId })
      .from(fightPlayers)
      .where(and(eq(fightPlayers.userId, userId), eq(fightPlayers.role, 'fighting')));
    return row?.fightId ?? null;
  }

  /** The fights and open challenges of a character. */
  async findOfCharacter(characterId: string): Promise<string[]> {
    const rows = await this.database.db
      .select({ fightId: fightPlayers.fightId })
      .from(fightPlayers)
      .where(and(eq(fightPlayers.characterId, characterId), ne(fightPlayers.role, 'done')));
    return rows.map(({ fightId }) => fightId);
  }

  /** The open challenges of a user, apart from those that `hidden` users have made. */
  async challengesOf(userId: string, hidden: ReadonlySet<string>, limit: number): Promise<string[]> {
    const rows = await this.database.db
      .select({ fightId: fightPlayers.fightId })
      .from(fightPlayers)
      .innerJoin(fights, eq(fights.id, fightPlayers.fightId))
      .where(
        and(
          eq(fightPlayers.userId, userId),
          eq(fightPlayers.role, 'invited'),
          sql`${fights.createdBy} <> all(${sql.param([...hidden])}::uuid[])`,
        ),
      )
      .limit(limit);
    return rows.map(({ fightId }) => fightId);
  }

  /** Locks the open challenges of these users against further ones until the transaction ends. */
  lockChallenges(userIds: readonly string[]): Promise<void> {
    return lockInOrder(this.database, 'fights:challenges', userIds);
  }

  /** The open challenges of a user that others have made, apart from those `hidden`. */
  async countChallenges(userId: string, hidden: ReadonlySet<string>): Promise<number> {
    const { rows } = await this.database.db.execute<{ count: number }>(sql`
      select count(*)::int as count from ${fightPlayers} as player join ${fights} as fight on fight.id = player.fight_id
      where player.user_id = ${userId} and player.role = 'invited'
        and fight.created_by <> all(${sql.param([...hidden, userId])}::uuid[])`);
    return rows[0]?.count ?? 0;
  }

  async isInFight(fightId: string, userId: string): Promise<boolean> {
    const [row] = await this.database.db
      .select({ role: fightPlayers.role })
      .from(fightPlayers)
      .where(and(eq(fightPlayers.fightId, fightId), eq(fightPlayers.userId, userId)));
    return row !== undefined && row.role !== 'invited';
  }

  /** The fights that a user has left, or that have ended, by id. @param after the id of the last one of the page before. */
  async leftByUser(userId: string, limit: number, after?: string): Promise<FightOfCharacter[]> {
    const { fightId, characterId, role } = fightPlayers;
    return this.database.db
      .select({ fightId, characterId })
      .from(fightPlayers)
      .where(
        and(eq(fightPlayers.userId, userId), eq(role, 'done'), after === undefined ? undefined : gt(fightId, after)),
      )
      .orderBy(asc(fightId))
      .limit(limit);
  }

  /** Removes the record that a user has taken part in these fights; by default in all. @returns what was removed. */
  async removePlayer(userId: string, fightIds?: readonly string[]): Promise<FightOfCharacter[]> {
    const { fightId, characterId } = fightPlayers;
    return this.database.db
      .delete(fightPlayers)
      .where(and(eq(fightPlayers.userId, userId), fightIds && inArray(fightId, [...fightIds])))
      .returning({ fightId, characterId });
  }

  /** @param limit of the challenges. */
  async overviewOf(userId: string, limit: number): Promise<FightsOfUser> {
    const [row] = await FIND_FIGHTS_OF_USER(this.database.db, { userId, limit });
    return row ?? { fightId: null, challengeIds: [], seedsDrawn: 0 };
  }

  /** The fights in which a user has taken part, by id. @param after the id of the last one of the page before. */
  async listOfUser(userId: string, limit: number, after?: string): Promise<FightOfUser[]> {
    const { fightId, characterId, role } = fightPlayers;
    const later = after === undefined ? undefined : gt(fightId, after);
    // The page first, so that no other fights are read.
    const page = this.database.db
      .select({ fightId, characterId })
      .from(fightPlayers)
      .where(and(eq(fightPlayers.userId, userId), ne(role, 'invited'), later))
      .orderBy(asc(fightId))
      .limit(limit)
      .as('page');
    const rows = await this.database.db
      .select({
        sessionId: page.fightId,
        characterId: page.characterId,
        mode: fights.mode,
        outcome: sql<FightOfUser['outcome']>`${fights.state}->'outcome'`,
        startedAt: fights.createdAt,
        endedAt: fights.endedAt,
      })
      .from(page)
      .innerJoin(fights, eq(fights.id, page.fightId))
      .orderBy(asc(page.fightId));
    return rows.map(({ startedAt, endedAt, ...fight }) => ({
      ...fight,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    }));
  }
}
