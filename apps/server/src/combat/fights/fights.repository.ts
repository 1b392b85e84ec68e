/** Stores fights: one row each, changed under its lock. */
import { Injectable } from '@nestjs/common';
import { type FightSetup, RULES_VERSION } from '@aeturnis/combat-rules';
import { Database } from '@aeturnis/platform';
import { and, desc, eq, sql } from 'drizzle-orm';
import { fights } from '../combat.schema';
import type { Fight, FightListPage, FightWithSetup } from './fight';
import {
  FIND_FIGHT,
  FIND_SWEEP_WORK,
  LOCK_DUE_FIGHT,
  LOCK_FIGHT,
  SAVE_STEP,
  type StepValues,
  type StoredStep,
  type SweepWork,
} from './fight-statements.repository';

export type NewFight = Pick<
  Fight,
  | 'id'
  | 'mode'
  | 'createdBy'
  | 'spectators'
  | 'delayTurns'
  | 'zone'
  | 'x'
  | 'y'
  | 'rulesVersion'
  | 'dataHash'
  | 'serverSeed'
  | 'commitment'
  | 'clientSeeds'
  | 'players'
  | 'clocks'
> & {
  /** A challenge expires after this time; null for a fight that begins at once. */
  readonly expiresInMs: number | null;
};

/** A change of a fight that is no step: of its players, seeds and clocks. */
export type FightChange = Partial<Pick<FightWithSetup, 'clientSeeds' | 'players' | 'clocks' | 'setup'>>;

@Injectable()
export class FightsRepository {
  constructor(private readonly database: Database) {}

  /** Call it in a transaction: the fight stays locked until its end. */
  async lock(id: string): Promise<Fight | null> {
    return (await LOCK_FIGHT(this.database.db, { id }))[0] ?? null;
  }

  /** Locks a fight whose `dueAt` has passed and that no other transaction holds. */
  async lockDue(): Promise<Fight | null> {
    return (await LOCK_DUE_FIGHT(this.database.db, { rulesVersion: RULES_VERSION }))[0] ?? null;
  }

  /** Whether a sweep has anything to do. */
  async findSweepWork(): Promise<SweepWork> {
    const [work] = await FIND_SWEEP_WORK(this.database.db, {});
    return work ?? { hasDeadlines: false, isDue: false, isUnpublished: false };
  }

  async find(id: string): Promise<FightWithSetup | null> {
    return (await FIND_FIGHT(this.database.db, { id }))[0] ?? null;
  }

  /** @throws a unique violation of `fights_challenge` if the creator has a challenge that is open. */
  async insert({ expiresInMs, ...fight }: NewFight): Promise<void> {
    const now = sql`clock_timestamp()`;
    await this.database.db.insert(fights).values({
      ...fight,
      phase: expiresInMs === null ? 'active' : 'invited',
      createdAt: now,
      updatedAt: now,
      dueAt: expiresInMs === null ? null : sql`clock_timestamp() + ${expiresInMs} * interval '1 millisecond'`,
    });
  }

  async change(id: string, change: FightChange): Promise<void> {
    await this.database.db
      .update(fights)
      .set({ ...change, updatedAt: sql`clock_timestamp()` })
      .where(eq(fights.id, id));
  }

  /** Of a challenge that becomes a fight: its first step sets the deadline. */
  async begin(id: string, setup: FightSetup): Promise<void> {
    await this.database.db.update(fights).set({ setup, phase: 'active', dueAt: null }).where(eq(fights.id, id));
  }

  async saveStep(values: StepValues): Promise<StoredStep> {
    const [stored] = await SAVE_STEP(this.database.db, values);
    if (!stored) throw new Error('the fight of a step does not exist');
    return stored;
  }

  /** Changes clocks and times of a fight whose turn goes on. */
  async saveTimes(
    id: string,
    clocks: Fight['clocks'],
    times: { readonly deadline: number | null; readonly dueAt: number | null },
  ): Promise<void> {
    const at = (ms: number | null) => (ms === null ? null : sql`to_timestamp(${ms}::float8 / 1000)`);
    await this.database.db
      .update(fights)
      .set({ clocks, deadline: at(times.deadline), dueAt: at(times.dueAt) })
      .where(eq(fights.id, id));
  }

  /** Lets the sweep leave a fight alone for a while, unless another step has been taken meanwhile. */
  async postponeDue(id: string, ms: number): Promise<void> {
    await this.database.db
      .update(fights)
      .set({ dueAt: sql`clock_timestamp() + ${ms} * interval '1 millisecond'` })
      .where(and(eq(fights.id, id), sql`${fights.dueAt} <= clock_timestamp()`));
  }

  async remove(id: string): Promise<void> {
    await this.database.db.delete(fights).where(eq(fights.id, id));
  }

  /** The active fights, the latest first. @param before the id of the last fight of the page before. */
  async listActive(limit: number, before?: string): Promise<FightListPage> {
    const earlier =
      before === undefined
        ? undefined
        : sql`(${fights.createdAt}, ${fights.id}) < (select created_at, id from ${fights} where id = ${before})`;
    const rows = await this.database.db
      .select({
        sessionId: fights.id,
        mode: fights.mode,
        zone: fights.zone,
        players: fights.players,
        startedAt: fights.createdAt,
        deadline: fights.deadline,
      })
      .from(fights)
      .where(and(eq(fights.phase, 'active'), earlier))
      .orderBy(desc(fights.createdAt), desc(fights.id))
      .limit(limit + 1);
    const shown = rows.slice(0, limit).map(({ players, startedAt, deadline, ...fight }) => ({
      ...fight,
      players: players.map(({ userId, characterId, name }) => ({ userId, characterId, name })),
      startedAt: startedAt.toISOString(),
      deadline: deadline?.toISOString() ?? null,
    }));
    return { fights: shown, next: rows.length > limit ? (shown.at(-1)?.sessionId ?? null) : null };
  }

  /** Fights that ended that many days ago, with their log. @returns how many. */
  async deleteEnded(days: number, limit: number): Promise<number> {
    const { rowCount } = await this.database.db.execute(sql`
      delete from ${fights} where id = any(array(
        select id from ${fights} where ended_at < now() - ${days} * interval '1 day'
        order by ended_at limit ${limit} for update skip locked))`);
    return rowCount ?? 0;
  }
}
