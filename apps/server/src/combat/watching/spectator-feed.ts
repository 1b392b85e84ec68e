/** Publishes fights to their spectators: public halves only, at least as many turns late as the fight's starter has chosen. */
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
  private readonly latest = new Map<string, Promise<boolean>>();

  constructor(
    private readonly log: FightLogRepository,
    private readonly realtime: RealtimeService,
    private readonly rooms: RoomService,
  ) {}

  /**
   * @param fight after the step.
   * @returns whether the step is published. If not, it has to be published again before the next one: spectators miss nothing.
   */
  publish(fight: Fight, step: RecordedStep): Promise<boolean> | true {
    const { id, spectators, delayTurns } = fight;
    if (spectators === 'off') return true;
    const isEnd = fight.phase === 'ended' && step.lastSeq === fight.seq;
    if (delayTurns === 0) this.emit(fight, step.entries);
    if (delayTurns === 0 && !isEnd) return true;
    const earlier = this.latest.get(id) ?? Promise.resolve(true);
    const current = earlier.then((isPublished) => isPublished && this.publishLater(fight, step, isEnd));
    this.latest.set(id, current);
    void current.then(() => {
      if (this.latest.get(id) === current) this.latest.delete(id);
    });
    return current;
  }

  private async publishLater(fight: Fight, step: RecordedStep, isEnd: boolean): Promise<boolean> {
    try {
      if (fight.delayTurns > 0) await this.emitDelayed(fight, step, isEnd);
      if (isEnd) await this.dismiss(fight.id);
      return true;
    } catch (error) {
      this.failures.warn({
        message: 'publication of a fight to its spectators failed, retrying in the next sweep',
        fightId: fight.id,
        error,
      });
      return false;
    }
  }

  private async emitDelayed({ id, delayTurns, ...fight }: Fight, step: RecordedStep, isEnd: boolean): Promise<void> {
    const shownBefore = await this.log.lastSeqBeforeActionOf(id, step.turn - delayTurns);
    const turnAfter = step.entries.at(-1)?.turn ?? step.turn;
    const shownAfter = isEnd ? step.lastSeq : await this.log.lastSeqBeforeActionOf(id, turnAfter - delayTurns);
    if (shownAfter > shownBefore)
      this.emit({ ...fight, id, delayTurns }, await this.log.entriesBetween(id, shownBefore, shownAfter));
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
