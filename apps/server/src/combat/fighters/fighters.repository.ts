/** Reads which characters fight or have to respawn. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { and, eq, gt, inArray, or, sql } from 'drizzle-orm';
import type { FighterStatus } from '../../world';
import { fightPlayers } from '../combat.schema';

@Injectable()
export class FightersRepository {
  constructor(private readonly database: Database) {}

  async statusOf(characterIds: readonly string[]): Promise<Map<string, FighterStatus>> {
    if (characterIds.length === 0) return new Map();
    const rows = await this.database.db
      .select({
        characterId: fightPlayers.characterId,
        isFighting: sql<boolean>`bool_or(${fightPlayers.role} = 'fighting')`,
        mustRespawn: sql<boolean>`bool_or(${fightPlayers.mustRespawn} > 0)`,
      })
      .from(fightPlayers)
      .where(
        and(
          sql`${fightPlayers.characterId} = any(${sql.param([...characterIds])}::uuid[])`,
          or(eq(fightPlayers.role, 'fighting'), gt(fightPlayers.mustRespawn, 0)),
        ),
      )
      .groupBy(fightPlayers.characterId);
    return new Map(rows.map(({ characterId, ...status }) => [characterId, status]));
  }

  async clearRespawns(characterIds: readonly string[]): Promise<void> {
    await this.database.db
      .update(fightPlayers)
      .set({ mustRespawn: 0 })
      .where(and(inArray(fightPlayers.characterId, [...characterIds]), gt(fightPlayers.mustRespawn, 0)));
  }
}
