/** What is known about each kind of room; a kind that nobody defined cannot be joined. */
import { Injectable } from '@nestjs/common';
import type { Caller } from '../connections/caller';

export interface RoomKindRules {
  /** Whether this caller may be in the room with this id. */
  access(caller: Caller, id: string): boolean | Promise<boolean>;
  /** Most users in one room, over all nodes. */
  capacity?: number;
  /** False for rooms whose members nobody asks for: they cost no store operation. */
  tracked?: boolean;
}

@Injectable()
export class RoomKinds {
  private readonly kinds = new Map<string, RoomKindRules>();

  define(kind: string, rules: RoomKindRules): void {
    if (this.kinds.has(kind)) throw new Error(`room kind '${kind}' is defined twice`);
    this.kinds.set(kind, rules);
  }

  get(kind: string): RoomKindRules | undefined {
    return this.kinds.get(kind);
  }
}
