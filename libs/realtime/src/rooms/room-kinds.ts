/** The registry of room kinds with their rules, and of standing rooms. Rooms of an undefined kind cannot be joined. */
import { Injectable } from '@nestjs/common';
import { GLOBAL_EVENTS, parseRoom, RoomKind, type RoomName, roomName } from '@aeturnis/contracts';
import type { Caller } from '../connections/caller';

export interface RoomKindRules {
  /** Whether this caller may join the room with this id. */
  canEnter(caller: Caller, id: string): boolean | Promise<boolean>;
  /** The most users in one room, over all nodes. */
  capacity?: number;
  /** False for rooms whose members are never queried: they cost no store operation. */
  isTracked?: boolean;
}

@Injectable()
export class RoomKinds {
  private readonly kinds = new Map<string, RoomKindRules>();
  /** In the order of registration. */
  readonly standingRooms: RoomName[] = [];

  define(kind: string, rules: RoomKindRules): void {
    if (this.kinds.has(kind)) throw new Error(`room kind '${kind}' is defined twice; define each kind once`);
    this.kinds.set(kind, rules);
  }

  get(kind: string): RoomKindRules | undefined {
    return this.kinds.get(kind);
  }

  addStandingRoom(room: RoomName): void {
    if (parseRoom(room)?.kind !== RoomKind.Global) throw new Error(`standing room '${room}' must be of kind 'global'`);
    if (this.standingRooms.includes(room)) throw new Error(`standing room '${room}' is registered twice; do so once`);
    this.standingRooms.push(room);
  }

  hasGlobalRoom(id: string): boolean {
    const room = roomName(RoomKind.Global, id);
    return room === GLOBAL_EVENTS || this.standingRooms.includes(room);
  }
}
