/** Takes the steps of characters: judged at once on this node, told to the others with the next tick, written later. */
import { Injectable } from '@nestjs/common';
import { AppError, type CharacterMoveDto } from '@aeturnis/contracts';
import { type Caller, Clock } from '@aeturnis/realtime';
import { judgeMove } from './movement-rules';
import { PlayedCharacters } from './played-characters';
import { PositionSharing } from './position-sharing';
import { PositionWriter } from './position-writer';
import { Surroundings } from './surroundings';
import { WorldMetrics } from './world-metrics';

@Injectable()
export class MovementService {
  constructor(
    private readonly played: PlayedCharacters,
    private readonly surroundings: Surroundings,
    private readonly sharing: PositionSharing,
    private readonly writer: PositionWriter,
    private readonly metrics: WorldMetrics,
    private readonly clock: Clock,
  ) {}

  /** A refused step is answered with where the character stands instead. @throws AppError NO_CHARACTER. */
  move(caller: Caller, step: CharacterMoveDto): { accepted: boolean } {
    const played = this.played.ofSocket(caller.socketId);
    if (!played?.present) {
      this.metrics.moveRefused('no_character');
      throw new AppError('NO_CHARACTER', 'Select a character first');
    }
    const judgement = judgeMove(played.motion, step, played.zone, this.clock.now());
    if (!judgement.accepted) {
      const { x, y } = played.motion;
      this.metrics.moveRefused(judgement.reason);
      caller.reply('character:correction', { seq: step.seq, x, y, reason: judgement.reason });
      return { accepted: false };
    }
    played.walk(judgement.motion);
    this.surroundings.mark(played);
    this.sharing.mark(played);
    this.writer.note(played);
    return { accepted: true };
  }
}
