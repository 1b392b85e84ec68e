/**
 * Publishes the steps of fights after their commit, in their order. The log is the outbox: steps that their node has not
 * published are published by another one. The journal delivers each event once, however often it is published.
 */
import { Injectable, Logger } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { FailureLog } from '@aeturnis/platform';
import { FanOutMeter, RoomService, type VersionedEvent } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import type { Fight, RecordedStep } from '../fights/fight';
import { fightViewFor } from '../fights/fight-views';
import { FightLogRepository } from '../fights/fight-log.repository';
import { FightsRepository } from '../fights/fights.repository';
import { SpectatorFeed } from '../watching/spectator-feed';
import { EVENTS_PER_STEP, eventsOf, type FightEvent, turnEvents } from './fight-events';
import { PublicationMarks } from './publication-marks';

const STEPS_PER_PAGE = 50;
/** Long enough to recognise a repetition, which follows the death of a node or an outage of the database. */
const VERSION_RETENTION_MS = 60 * 60 * 1_000;

@Injectable()
export class FightPublisher {
  private readonly failures = new FailureLog(new Logger(FightPublisher.name));
  /** Fights whose earlier steps are being read. */
  private readonly catchingUp = new Map<string, Promise<void>>();

  constructor(
    private readonly fights: FightsRepository,
    private readonly log: FightLogRepository,
    private readonly marks: PublicationMarks,
    private readonly realtime: RealtimeService,
    private readonly rooms: RoomService,
    private readonly feed: SpectatorFeed,
    private readonly fanOut: FanOutMeter,
  ) {}

  /** Call it after the commit of the step. @param fight after the step. */
  publish(fight: Fight, step: RecordedStep): void {
    const published = Math.max(fight.published, this.marks.seqOf(fight.id));
    if (published >= step.lastSeq) return;
    // Spectators are not charged: a popular fight must not cost its players their turns.
    if (step.userId !== null) this.fanOut.charge(step.userId, roomName(RoomKind.Combat, fight.id), step.entries);
    if (published >= step.firstSeq - 1 && !this.catchingUp.has(fight.id)) this.emitStep(fight, step, true);
    else void this.catchUp(fight.id);
  }

  /** Publishes all stored steps that may not have been published. Never rejects. */
  async catchUp(fightId: string): Promise<void> {
    const earlier = this.catchingUp.get(fightId) ?? Promise.resolve();
    const current = earlier.then(() => this.publishStored(fightId));
    this.catchingUp.set(fightId, current);
    await current;
    if (this.catchingUp.get(fightId) === current) this.catchingUp.delete(fightId);
  }

  /** Repeats the request of a turn that was extended. */
  publishRequest(fight: Fight): void {
    for (const { name, payload, userId, except } of turnEvents(fight)) {
      const room = userId === undefined ? roomName(RoomKind.Combat, fight.id) : userRoom(userId);
      this.realtime.emitToRoom(room, name, payload, { except: except?.map(userRoom) });
    }
  }

  private async publishStored(fightId: string): Promise<void> {
    try {
      const fight = await this.fights.find(fightId);
      if (!fight) return;
      for (let after = Math.max(fight.published, this.marks.seqOf(fightId)); after < fight.seq;) {
        // A step that is committed meanwhile is published with its own state: this one has no request for its turn.
        const steps = await this.log.stepsBetween(fightId, after, fight.seq, STEPS_PER_PAGE);
        for (const step of steps) this.emitStep(fight, step, step.lastSeq === fight.seq);
        after = steps.at(-1)?.lastSeq ?? fight.seq;
      }
    } catch (error) {
      this.failures.warn({ message: 'publication of a fight failed, retrying in the next sweep', fightId, error });
    }
  }

  private emitStep(fight: Fight, step: RecordedStep, isLatest: boolean): void {
    const { id } = fight;
    const room = roomName(RoomKind.Combat, id);
    if (step.number === 0) this.announceStart(fight, step);
    if (step.input?.type === 'join') {
      const { id: characterId } = step.input.player;
      const joined = fight.players.find((player) => player.characterId === characterId);
      if (joined) this.rooms.admit(joined.userId, room);
    }
    const events = [...eventsOf(fight, step), ...(isLatest ? turnEvents(fight) : [])];
    events.forEach((event, index) => this.emit(event, room, versionOf(`combat:${id}`, step.lastSeq, index)));
    if (fight.phase === 'ended' && isLatest) for (const { userId } of fight.players) this.rooms.evict(userId, room);
    const isShown = this.feed.publish(fight, step);
    if (isShown === true) this.marks.add(id, step.lastSeq);
    else void isShown.then((isPublished) => isPublished && this.marks.add(id, step.lastSeq));
  }

  private announceStart(fight: Fight, step: RecordedStep): void {
    const room = roomName(RoomKind.Combat, fight.id);
    fight.players.forEach(({ userId, characterId }, index) => {
      this.rooms.admit(userId, room);
      const { request: _, ...payload } = fightViewFor(fight, characterId);
      const version = versionOf(`combat:${fight.id}:started`, step.lastSeq, index);
      void this.realtime.emitVersioned([userRoom(userId)], 'combat:started', payload, version);
    });
  }

  private emit(event: FightEvent, room: RoomName, version: VersionedEvent): void {
    const { name, payload, userId, except } = event;
    const rooms = userId === undefined ? [room] : [userRoom(userId)];
    void this.realtime.emitVersioned(rooms, name, payload, version, { except: except?.map(userRoom) });
  }
}

const userRoom = (userId: string): RoomName => roomName(RoomKind.User, userId);

function versionOf(key: string, seq: number, index: number): VersionedEvent {
  const version = EVENTS_PER_STEP * seq + index;
  return { key, version, dedupKey: `${version}`, keepMs: VERSION_RETENTION_MS };
}
