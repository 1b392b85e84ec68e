/** Keeps a character in the world for a grace period after its connection has dropped, so that its player can resume. */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { RedisService, Shutdown } from '@aeturnis/platform';
import { type Caller, ConnectionHooks, RoomService } from '@aeturnis/realtime';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionWriter } from '../positions/position-writer';
import { InterestManager } from '../interest/interest-manager';

const GRACE_PERIOD_MS = 10_000;
/** When this node shuts down, its clients usually reconnect to another node within this time. */
const SHUTDOWN_WAIT_MS = 2_000;
const POLL_MS = 50;

/** Disconnect reasons of connections that the player or the server closed on purpose. All others count as a drop. */
const INTENTIONAL_REASONS = new Set([
  'client namespace disconnect',
  'server namespace disconnect',
  'server shutting down',
]);

@Injectable()
export class DisconnectGracePeriod implements OnModuleInit {
  private readonly timers = new Map<PlayedCharacter, NodeJS.Timeout>();
  private endedListener: (played: PlayedCharacter) => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly played: PlayedCharacters,
    private readonly writer: PositionWriter,
    private readonly interest: InterestManager,
    private readonly rooms: RoomService,
    private readonly hooks: ConnectionHooks,
    private readonly redis: RedisService,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.hooks.onClosing((caller, reason) => {
      if (!INTENTIONAL_REASONS.has(reason)) this.begin(caller);
    });
    this.hooks.onClose(({ socketId }) => {
      const played = this.played.findBySocket(socketId);
      return played && this.endedListener(played);
    });
    this.shutdown.register('state', 'lingering', (signal) => this.stop(signal));
  }

  /** The listener must remove a character from the world: it has no connection any more, and no grace period. */
  onEnded(listener: (played: PlayedCharacter) => Promise<void>): void {
    this.endedListener = listener;
  }

  /** Ends the grace period of a character that is played again or has left. Does nothing without one. */
  cancel(played: PlayedCharacter): void {
    if (!this.timers.has(played)) return;
    clearTimeout(this.timers.get(played));
    this.timers.delete(played);
    for (const room of heldRoomsOf(played)) this.rooms.release(played.accountId, room, roomHolderOf(played));
  }

  private begin({ socketId }: Caller): void {
    const played = this.played.findBySocket(socketId);
    if (!played?.isPresent) return;
    // The rooms stay held, so that other nodes ask this one for the character, and announce its leave if this node dies.
    for (const room of heldRoomsOf(played)) this.rooms.hold(played.accountId, room, roomHolderOf(played));
    this.timers.set(played, setTimeout(() => void this.endedListener(played), GRACE_PERIOD_MS).unref());
    this.played.detachSocket(played);
    this.interest.stopViewing(played);
    void this.writer.save(played);
  }

  private async stop(signal: AbortSignal): Promise<void> {
    // Without Redis, clients have no other node to reconnect to.
    const waitMs = this.redis.client ? SHUTDOWN_WAIT_MS : 0;
    for (let waitedMs = 0; waitedMs < waitMs && this.timers.size > 0 && !signal.aborted; waitedMs += POLL_MS)
      await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
    await Promise.all([...this.timers.keys()].map((played) => this.endedListener(played)));
  }
}

const heldRoomsOf = ({ id, zone }: PlayedCharacter): RoomName[] => [
  roomName(RoomKind.Character, id),
  roomName(RoomKind.Zone, zone.id),
];

const roomHolderOf = ({ id, stay }: PlayedCharacter): string => `${id}@${stay}`;
