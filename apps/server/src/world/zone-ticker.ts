/** The beat of the zones: everybody who moved since the last tick is told to the zone in one batch. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { Clock, RoomService } from '@aeturnis/realtime';
import type { PlayedCharacter } from './played-character';
import { byZone } from './played-characters';

const TICK_MS = 100;

type Move = [id: string, x: number, y: number, facing: number];

@Injectable()
export class ZoneTicker implements OnModuleInit, OnModuleDestroy {
  private moved = new Set<PlayedCharacter>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly rooms: RoomService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Number of the current tick; nodes whose clocks agree number alike. */
  get current(): number {
    return Math.floor(this.clock.now() / TICK_MS);
  }

  /** Puts where the character stands into the next batch. */
  mark(played: PlayedCharacter): void {
    this.moved.add(played);
  }

  forget(played: PlayedCharacter): void {
    this.moved.delete(played);
  }

  private tick(): void {
    if (this.moved.size === 0) return;
    const tick = this.current;
    const zones = byZone(this.moved);
    this.moved = new Set();
    for (const [zone, players] of zones) {
      this.rooms.broadcast(roomName(RoomKind.Zone, zone), 'zone:moves', { tick, moves: players.map(toMove) });
    }
  }
}

// A hundredth of a unit is finer than anything that is drawn.
const rounded = (value: number): number => Math.round(value * 100) / 100;

function toMove({ id, motion: { x, y, facing } }: PlayedCharacter): Move {
  return [id, rounded(x), rounded(y), rounded(facing)];
}
