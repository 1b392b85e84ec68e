/** Handles the steps of characters: validated at once on this node, sent to viewers with the next tick, stored later. */
import { Injectable } from '@nestjs/common';
import { AppError, type CharacterMoveDto } from '@aeturnis/contracts';
import { type Caller, Clock } from '@aeturnis/realtime';
import { validateMove } from './movement-rules';
import { PlayedCharacters } from '../played-characters/played-characters';
import { PositionSync } from '../positions/position-sync';
import { PositionWriter } from '../positions/position-writer';
import { InterestManager } from '../interest/interest-manager';
import { WorldMetrics } from '../world-metrics';

@Injectable()
export class MovementService {
  constructor(
    private readonly played: PlayedCharacters,
    private readonly interest: InterestManager,
    private readonly positionSync: PositionSync,
    private readonly writer: PositionWriter,
    private readonly metrics: WorldMetrics,
    private readonly clock: Clock,
  ) {}

  /** A refused step is answered with `character:correction`: the position of the character. @throws AppError NO_CHARACTER. */
  move(caller: Caller, step: CharacterMoveDto): { accepted: boolean } {
    const played = this.played.findBySocket(caller.socketId);
    if (!played?.isPresent) {
      this.metrics.moveRefused('no_character');
      throw new AppError('NO_CHARACTER', 'Select a character first');
    }
    const verdict = validateMove(played.motion, step, played.zone, this.clock.now());
    if (!verdict.accepted) {
      const { x, y } = played.motion;
      this.metrics.moveRefused(verdict.reason);
      caller.reply('character:correction', { seq: step.seq, x, y, reason: verdict.reason });
      return { accepted: false };
    }
    played.applyMotion(verdict.motion);
    this.interest.markMoved(played);
    this.positionSync.markChanged(played);
    this.writer.markUnsaved(played);
    return { accepted: true };
  }
}
