/** Publishes fights to their spectators: public halves only, as many turns late as the fight's starter has chosen. */
import { Injectable, Logger } from '@nestjs/common';
import type { FightEntry } from '@aeturnis/combat-rules';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { FailureLog } from '@aeturnis/platform';
import { RoomService } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import type { Fight, RecordedStep } from '../fights/fight';
import { FightLogRepository } from '../fights/fight-log.repository';
import { EVENTS_PER_STEP, spectatorEvents } from '../publishing/fight-events';

const VERSION_RETENTION_MS = 60 * 60 * 1_000;

@Injectable()
export class SpectatorFeed {
  private readonly failures = new FailureLog(new Logger(SpectatorFeed.name));
  /** By fight, the publication that the next one waits for, because delayed entries are read first. */
  private readonly latest = new Map<string, Promise<void>>();

  constructor(
    private readonly log: FightLogRepository,
    private readonly realtime: RealtimeService,
    private readonly rooms: RoomService,
  ) {}

  /** @param fight after the step. */
  publish(fight: Fight, step: RecordedStep): void {
    if (fight.spectators === 'off') return;
    const isEnd = fight.phase === 'ended' && step.lastSeq === fight.seq;
    if (fight.delayTurns === 0) {
      this.emit(fight, step.entries);
      if (isEnd) void this.dismiss(fight.id);
      return;
    }
    const { id } = fight;
    const earlier = this.latest.get(id) ?? Promise.resolve();
    const current = earlier.then(() => this.publishDelayed(fight, step, isEnd));
    this.latest.set(id, current);
    void current.then(() => {
      if (this.latest.get(id) === current) this.latest.delete(id);
    });
  }

  private async publishDelayed(fight: Fight, step: RecordedStep, isEnd: boolean): Promise<void> {
    try {
      const shownBefore = await this.log.lastSeqUpToTurn(fight.id, step.turn - fight.delayTurns);
      const turnAfter = step.entries.at(-1)?.turn ?? step.turn;
      const shownAfter = isEnd ? step.lastSeq : await this.log.lastSeqUpToTurn(fight.id, turnAfter - fight.delayTurns);
      if (shownAfter > shownBefore) this.emit(fight, await this.log.entriesBetween(fight.id, shownBefore, shownAfter));
      if (isEnd) await this.dismiss(fight.id);
    } catch (error) {
      this.failures.warn({ message: 'publication to spectators failed', fightId: fight.id, error });
    }
  }

  private emit(fight: Fight, entries: readonly FightEntry[]): void {
    const seq = entries.at(-1)?.seq ?? 0;
    spectatorEvents(fight, entries).forEach(({ name, payload }, index) => {
      const version = EVENTS_PER_STEP * seq + index;
      void this.realtime.emitVersioned(
        [roomName(RoomKind.Spectate, fight.id)],
        name,
        payload,
        { key: `spectate:${fight.id}`, version, dedupKey: `${version}`, keepMs: VERSION_RETENTION_MS },
        { skipIfUnreachable: true },
      );
    });
  }

  /** Empties the room of a fight that has ended. */
  private async dismiss(fightId: string): Promise<void> {
    const room = roomName(RoomKind.Spectate, fightId);
    const { users } = await this.rooms.members(room);
    for (const userId of users) this.rooms.evict(userId, room);
  }
}
