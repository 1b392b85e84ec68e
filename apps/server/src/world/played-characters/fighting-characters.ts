/** Characters that fight cannot walk or travel, and defeated ones return to the spawn point of their zone. */
import { Injectable } from '@nestjs/common';
import { Clock } from '@aeturnis/realtime';
import { InterestManager } from '../interest/interest-manager';
import { holdUntil, release } from '../movement/movement-rules';
import { PositionSync } from '../positions/position-sync';
import { PositionWriter } from '../positions/position-writer';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';

export interface FighterStatus {
  readonly isFighting: boolean;
  /** It was defeated, and has not been moved to the spawn point yet. */
  readonly mustRespawn: boolean;
}

/** @returns the status of each of the characters that has one. */
export type FighterStatusReader = (characterIds: readonly string[]) => Promise<ReadonlyMap<string, FighterStatus>>;

@Injectable()
export class FightingCharacters {
  private readStatus: FighterStatusReader = () => Promise.resolve(new Map());

  constructor(
    private readonly played: PlayedCharacters,
    private readonly interest: InterestManager,
    private readonly positionSync: PositionSync,
    private readonly writer: PositionWriter,
    private readonly clock: Clock,
  ) {}

  /** Sets the only reader; it is also asked before a character enters the world. */
  setReader(reader: FighterStatusReader): void {
    this.readStatus = reader;
  }

  /** For a character that is about to enter its zone. @returns whether it now stands at the spawn point. */
  async applyBeforeEntry(played: PlayedCharacter): Promise<void> {
    const status = (await this.readStatus([played.id])).get(played.id);
    this.setHeld(played, status?.isFighting === true);
    if (status?.mustRespawn === true) played.moveToZone(played.zone, played.zone.spawn);
  }

  /** Applies a change at once; characters that are not played on this node are left out. */
  setFighting(characterIds: readonly string[], isFighting: boolean): void {
    for (const id of characterIds) {
      const played = this.played.get(id);
      if (played?.isPresent) this.setHeld(played, isFighting);
    }
  }

  /** Reads the status of those that are played on this node. @returns the characters that have respawned. */
  async refresh(characterIds: readonly string[]): Promise<string[]> {
    const own = characterIds.filter((id) => this.played.get(id)?.isPresent);
    if (own.length === 0) return [];
    const statuses = await this.readStatus(own);
    const respawned: string[] = [];
    for (const id of own) {
      const played = this.played.get(id);
      if (!played?.isPresent) continue;
      const status = statuses.get(id);
      this.setHeld(played, status?.isFighting === true);
      if (status?.mustRespawn !== true) continue;
      this.respawn(played);
      respawned.push(id);
    }
    return respawned;
  }

  playedIds(): string[] {
    return [...this.played.all()].map(({ id }) => id);
  }

  private setHeld(played: PlayedCharacter, isHeld: boolean): void {
    if (isHeld === (played.motion.heldUntil === Infinity)) return;
    played.applyMotion(isHeld ? holdUntil(played.motion, Infinity) : release(played.motion, this.clock.now()));
  }

  private respawn(played: PlayedCharacter): void {
    const { x, y, facing } = played.zone.spawn;
    played.applyMotion({ ...played.motion, x, y, facing });
    this.interest.markMoved(played);
    this.positionSync.markChanged(played);
    this.writer.markUnsaved(played);
    played.caller.reply('character:correction', { seq: played.motion.seq, x, y, reason: 'respawned' });
  }
}
