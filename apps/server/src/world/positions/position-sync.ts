/** Sends the positions of this node's characters to the position store once a second, and detects lost characters. */
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { PlayedCharacter } from '../played-characters/played-character';
import { groupByZone, PlayedCharacters } from '../played-characters/played-characters';
import { ZonePositions } from './zone-positions';

const ROUND_MS = 1_000;
/** Every so many rounds, characters that did not move are sent too. */
const FULL_SYNC_EVERY_ROUNDS = 10;

/** `taken`: another node has the character. `evicted`: another node has announced its leave although it is played here. */
type CharacterLoss = 'taken' | 'evicted';

@Injectable()
export class PositionSync implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(PositionSync.name);
  private changed = new Set<PlayedCharacter>();
  /** By character: the zones that it has left, where the store may still list it. */
  private readonly pendingLeaves = new Map<string, Set<string>>();
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;
  private rounds = 0;
  private lossListener: (played: PlayedCharacter, loss: CharacterLoss) => void = () => undefined;

  constructor(
    private readonly played: PlayedCharacters,
    private readonly positions: ZonePositions,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.syncRound(), ROUND_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  onLoss(listener: (played: PlayedCharacter, loss: CharacterLoss) => void): void {
    this.lossListener = listener;
  }

  /** Reports at once that a later stay on another node has this character. */
  reportTakenOver(played: PlayedCharacter): void {
    this.lossListener(played, 'taken');
  }

  /** The next round sends its position. */
  markChanged(played: PlayedCharacter): void {
    if (played.isSyncPending) return;
    played.isSyncPending = true;
    this.changed.add(played);
  }

  unmarkChanged(played: PlayedCharacter): void {
    played.isSyncPending = false;
    this.changed.delete(played);
  }

  /**
   * The store could not record that a character of this node has left the zone. Retried until it succeeds: otherwise each
   * new viewer would be shown the character for as long as this node runs.
   */
  addPendingLeave(zone: string, id: string): void {
    const zones = this.pendingLeaves.get(id);
    if (zones) zones.add(zone);
    else this.pendingLeaves.set(id, new Set([zone]));
  }

  /** True if a leave was pending: the store still lists the character although its leave has been broadcast. */
  cancelPendingLeave(zone: string, id: string): boolean {
    const zones = this.pendingLeaves.get(id);
    const isPending = zones?.delete(zone) ?? false;
    if (zones?.size === 0) this.pendingLeaves.delete(id);
    return isPending;
  }

  /** Rounds do not overlap: with a slow store positions get older, but calls do not pile up. */
  private async syncRound(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    const isFull = this.rounds++ % FULL_SYNC_EVERY_ROUNDS === 0;
    const changed = groupByZone(this.changed);
    for (const played of this.changed) played.isSyncPending = false;
    this.changed = new Set();
    await this.retryPendingLeaves();
    const zones = [...groupByZone(this.played.all())];
    await Promise.all(zones.map(([zone, all]) => this.syncZone(zone, all, changed.get(zone) ?? [], isFull)));
    this.isRunning = false;
  }

  private async retryPendingLeaves(): Promise<void> {
    for (const [id, zones] of this.pendingLeaves) {
      for (const zone of zones) {
        const played = this.played.get(id);
        const hasReturned = played?.isPresent && played.zone.id === zone;
        if (!hasReturned && !(await this.tryLeave(zone, id))) return;
        zones.delete(zone);
      }
      if (zones.size === 0) this.pendingLeaves.delete(id);
    }
  }

  private async tryLeave(zone: string, id: string): Promise<boolean> {
    return this.positions.leave(zone, id).then(
      () => true,
      () => false,
    );
  }

  private async syncZone(
    zone: string,
    all: PlayedCharacter[],
    changed: PlayedCharacter[],
    isFull: boolean,
  ): Promise<void> {
    try {
      await this.enterPresent(
        zone,
        all.filter(({ isStored }) => !isStored),
      );
      const reported = (isFull ? all : changed).filter(({ isStored }) => isStored);
      const { isNodeUnknown, taken, missing } = await this.positions.update(zone, reported);
      if (isNodeUnknown) await this.enterPresent(zone, all);
      const isStillPlayed = (played: PlayedCharacter): boolean => this.played.has(played);
      // A character that has moved to another zone since is not lost.
      for (const played of reported.filter((own) => isStillPlayed(own) && own.isStored && own.zone.id === zone)) {
        if (taken.includes(played.id)) this.reportTakenOver(played);
        if (missing.includes(played.id)) this.lossListener(played, 'evicted');
      }
    } catch (error) {
      this.logger.debug({ message: 'position sync failed, retrying in the next round', zone, error });
      for (const played of changed) if (this.played.has(played)) this.markChanged(played);
    }
  }

  private async enterPresent(zone: string, players: PlayedCharacter[]): Promise<void> {
    const present = players.filter((played) => played.isPresent && this.played.has(played));
    if (present.length === 0) return;
    const { taken } = await this.positions.enter(zone, present);
    for (const played of present.filter((own) => this.played.has(own) && own.zone.id === zone)) {
      played.isStored = !taken.includes(played.id);
      if (!played.isStored) this.reportTakenOver(played);
    }
  }
}
