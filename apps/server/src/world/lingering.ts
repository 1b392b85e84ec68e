/** Characters whose connection has dropped stand where they are for a while: their player may be coming back. */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { RedisService, Shutdown } from '@aeturnis/platform';
import { type Caller, ConnectionHooks, RoomService } from '@aeturnis/realtime';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionWriter } from './position-writer';
import { Surroundings } from './surroundings';

const LINGER_MS = 10_000;
/** When this node goes away its clients come back to another one within so long, as a rule. */
const LAST_MS = 2_000;
const LOOK_MS = 50;

/** How a connection ends that its player or the server has ended on purpose. All else is a drop. */
const ON_PURPOSE = new Set(['client namespace disconnect', 'server namespace disconnect', 'server shutting down']);

@Injectable()
export class Lingering implements OnModuleInit {
  private readonly timers = new Map<PlayedCharacter, NodeJS.Timeout>();
  private over: (played: PlayedCharacter) => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly played: PlayedCharacters,
    private readonly writer: PositionWriter,
    private readonly surroundings: Surroundings,
    private readonly rooms: RoomService,
    private readonly hooks: ConnectionHooks,
    private readonly redis: RedisService,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.hooks.onClosing((caller, reason) => {
      if (!ON_PURPOSE.has(reason)) this.begin(caller);
    });
    this.shutdown.register('state', 'lingering', (hurry) => this.stop(hurry));
  }

  /** Hears of characters whose time is over; must take them out of the world. */
  onOver(listener: (played: PlayedCharacter) => Promise<void>): void {
    this.over = listener;
  }

  /** It is played again, or has left. Does nothing for one that does not linger. */
  end(played: PlayedCharacter): void {
    if (!this.timers.has(played)) return;
    clearTimeout(this.timers.get(played));
    this.timers.delete(played);
    for (const room of roomsOf(played)) this.rooms.release(played.accountId, room, holder(played));
  }

  private begin({ socketId }: Caller): void {
    const played = this.played.ofSocket(socketId);
    if (!played?.present) return;
    // Still in its rooms: other nodes ask this one for the character, and tell that it is gone should this one die.
    for (const room of roomsOf(played)) this.rooms.hold(played.accountId, room, holder(played));
    this.timers.set(played, setTimeout(() => void this.over(played), LINGER_MS).unref());
    this.played.detach(played);
    this.surroundings.lookAway(played);
    void this.writer.save(played);
  }

  private async stop(hurry: AbortSignal): Promise<void> {
    // Alone, there is no other node to come back to.
    const waitMs = this.redis.client ? LAST_MS : 0;
    for (let waited = 0; waited < waitMs && this.timers.size > 0 && !hurry.aborted; waited += LOOK_MS)
      await delay(LOOK_MS, undefined, { signal: hurry }).catch(() => undefined);
    await Promise.all([...this.timers.keys()].map((played) => this.over(played)));
  }
}

const roomsOf = ({ id, zone }: PlayedCharacter): RoomName[] => [
  roomName(RoomKind.Character, id),
  roomName(RoomKind.Zone, zone.id),
];

const holder = ({ id, stay }: PlayedCharacter): string => `${id}@${stay}`;
