/** Shares with the other nodes where this node's characters stand, once a second, and finds out whom it has lost. */
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { PlayedCharacter } from './played-character';
import { byZone, PlayedCharacters } from './played-characters';
import { ZonePositions } from './zone-positions';

const ROUND_MS = 1_000;
/** In every so many rounds also those are told who did not move. */
const FULL_ROUND = 10;

/** `taken`: another node has the character. `gone`: others were told that it left, though it is here. */
export type Loss = 'taken' | 'gone';

@Injectable()
export class PositionSharing implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(PositionSharing.name);
  private changed = new Set<PlayedCharacter>();
  /** By character, the zones that it has left and where the store, as far as is known, has it still. */
  private readonly departures = new Map<string, Set<string>>();
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private rounds = 0;
  private lossListener: (played: PlayedCharacter, loss: Loss) => void = () => undefined;

  constructor(
    private readonly played: PlayedCharacters,
    private readonly positions: ZonePositions,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.round(), ROUND_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  onLoss(listener: (played: PlayedCharacter, loss: Loss) => void): void {
    this.lossListener = listener;
  }

  /** A later stay on another node has this character: it is lost at once. */
  lose(played: PlayedCharacter): void {
    this.lossListener(played, 'taken');
  }

  /** It is told in the next round. */
  mark(played: PlayedCharacter): void {
    if (played.isToBeShared) return;
    played.isToBeShared = true;
    this.changed.add(played);
  }

  forget(played: PlayedCharacter): void {
    played.isToBeShared = false;
    this.changed.delete(played);
  }

  /**
   * The store could not be told that a character of this node has left the zone: it is told until it knows, for it would
   * show the character to every newcomer as long as this node lives.
   */
  leaveLater(zone: string, id: string): void {
    const zones = this.departures.get(id);
    if (zones) zones.add(zone);
    else this.departures.set(id, new Set([zone]));
  }

  /** True where the store was to be told later that the character has left: those of the zone on this node know it already. */
  cancelLeave(zone: string, id: string): boolean {
    const zones = this.departures.get(id);
    const isPending = zones?.delete(zone) ?? false;
    if (zones?.size === 0) this.departures.delete(id);
    return isPending;
  }

  /** Never two rounds at once: with a slow store positions are older, and calls do not pile up. */
  private async round(): Promise<void> {
    if (this.running) return;
    this.running = true;
    const full = this.rounds++ % FULL_ROUND === 0;
    const changed = byZone(this.changed);
    for (const played of this.changed) played.isToBeShared = false;
    this.changed = new Set();
    await this.leaveNow();
    const zones = [...byZone(this.played.all())];
    await Promise.all(zones.map(([zone, all]) => this.share(zone, all, changed.get(zone) ?? [], full)));
    this.running = false;
  }

  private async leaveNow(): Promise<void> {
    for (const [id, zones] of this.departures) {
      for (const zone of zones) {
        const played = this.played.get(id);
        const isBack = played?.present && played.zone.id === zone;
        if (!isBack && !(await this.hasLeft(zone, id))) return;
        zones.delete(zone);
      }
      if (zones.size === 0) this.departures.delete(id);
    }
  }

  private async hasLeft(zone: string, id: string): Promise<boolean> {
    return this.positions.leave(zone, id).then(
      () => true,
      () => false,
    );
  }

  private async share(zone: string, all: PlayedCharacter[], changed: PlayedCharacter[], full: boolean): Promise<void> {
    try {
      await this.enter(
        zone,
        all.filter(({ stored }) => !stored),
      );
      const told = (full ? all : changed).filter(({ stored }) => stored);
      const { forgotten, taken, gone } = await this.positions.update(zone, told);
      if (forgotten) await this.enter(zone, all);
      const isHere = (played: PlayedCharacter): boolean => this.played.has(played);
      // One that has gone to another zone meanwhile is not lost.
      for (const played of told.filter((each) => isHere(each) && each.stored && each.zone.id === zone)) {
        if (taken.includes(played.id)) this.lose(played);
        if (gone.includes(played.id)) this.lossListener(played, 'gone');
      }
    } catch (error) {
      this.logger.debug({ message: 'positions could not be shared', zone, error });
      for (const played of changed) if (this.played.has(played)) this.mark(played);
    }
  }

  private async enter(zone: string, players: PlayedCharacter[]): Promise<void> {
    const present = players.filter((played) => played.present && this.played.has(played));
    if (present.length === 0) return;
    const { taken } = await this.positions.enter(zone, present);
    for (const played of present.filter((each) => this.played.has(each) && each.zone.id === zone)) {
      played.stored = !taken.includes(played.id);
      if (!played.stored) this.lose(played);
    }
  }
}
