/** Reads the log of fights: their inputs, and the entries these have led to. */
import { Injectable } from '@nestjs/common';
import type { FightEntry } from '@aeturnis/combat-rules';
import { Database } from '@aeturnis/platform';
import { and, asc, desc, eq, gt, lte } from 'drizzle-orm';
import { fightEntries, fightInputs } from '../combat.schema';
import type { FightStepRecord, RecordedStep } from './fight';

const ENTRY_COLUMNS = {
  seq: fightEntries.seq,
  turn: fightEntries.turn,
  public: fightEntries.public,
  private: fightEntries.private,
};
const STEP_COLUMNS = {
  number: fightInputs.number,
  input: fightInputs.input,
  userId: fightInputs.userId,
  actionId: fightInputs.actionId,
  turn: fightInputs.turn,
  firstSeq: fightInputs.firstSeq,
  lastSeq: fightInputs.lastSeq,
};

@Injectable()
export class FightLogRepository {
  constructor(private readonly database: Database) {}

  async findStep(fightId: string, userId: string, actionId: string): Promise<FightStepRecord | null> {
    const [step] = await this.database.db
      .select(STEP_COLUMNS)
      .from(fightInputs)
      .where(and(eq(fightInputs.fightId, fightId), eq(fightInputs.userId, userId), eq(fightInputs.actionId, actionId)));
    return step ?? null;
  }

  /** The steps whose first entry comes after `after` and up to `upTo`, at most `limit`, with their entries. */
  async stepsBetween(fightId: string, after: number, upTo: number, limit: number): Promise<RecordedStep[]> {
    const steps = await this.database.db
      .select(STEP_COLUMNS)
      .from(fightInputs)
      .where(and(eq(fightInputs.fightId, fightId), gt(fightInputs.firstSeq, after), lte(fightInputs.firstSeq, upTo)))
      .orderBy(asc(fightInputs.firstSeq))
      .limit(limit);
    const entries = await this.entriesBetween(fightId, after, steps.at(-1)?.lastSeq ?? after);
    return steps.map((step) => ({
      ...step,
      entries: entries.filter(({ seq }) => seq >= step.firstSeq && seq <= step.lastSeq),
    }));
  }

  /** The entries after `after` up to `upTo`, in their order. */
  async entriesBetween(fightId: string, after: number, upTo: number): Promise<FightEntry[]> {
    const rows = await this.database.db
      .select(ENTRY_COLUMNS)
      .from(fightEntries)
      .where(and(eq(fightEntries.fightId, fightId), gt(fightEntries.seq, after), lte(fightEntries.seq, upTo)))
      .orderBy(asc(fightEntries.seq));
    return rows.map(({ private: halves, ...entry }) => ({ ...entry, ...(halves && { private: halves }) }));
  }

  /** The inputs whose first entry is after `after` and up to `upTo`. */
  async inputsBetween(fightId: string, after: number, upTo: number): Promise<FightStepRecord[]> {
    return this.database.db
      .select(STEP_COLUMNS)
      .from(fightInputs)
      .where(and(eq(fightInputs.fightId, fightId), gt(fightInputs.firstSeq, after), lte(fightInputs.firstSeq, upTo)))
      .orderBy(asc(fightInputs.number));
  }

  /** The number of the last entry before the last action of the turns up to `turn`; 0 if there was no action. */
  async lastSeqBeforeActionOf(fightId: string, turn: number): Promise<number> {
    const [step] = await this.database.db
      .select({ firstSeq: fightInputs.firstSeq })
      .from(fightInputs)
      .where(and(eq(fightInputs.fightId, fightId), lte(fightInputs.turn, turn)))
      .orderBy(desc(fightInputs.firstSeq))
      .limit(1);
    return step ? step.firstSeq - 1 : 0;
  }
}
