/** Answers administrators with a page of the rooms of this node, or of the users in one of them. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { parseRoom, RoomKind, type RoomName, type Uuid } from '@aeturnis/contracts';
import { LocalRooms } from '@aeturnis/realtime';
import type { ClusterPageQuestion, NodePage } from '../cluster-pages/cluster-pages';
import { scan } from '../cluster-pages/scan';
import { SmallestEntries } from '../cluster-pages/smallest-entries';
import { NodeQuestions } from '../nodes/node-questions';

export const ROOMS_TOPIC = 'rooms';
export const MEMBERS_TOPIC = 'room-members';

/** Rooms of one user, and rooms that the server needs for itself: listed only if their kind is asked for. */
const INTERNAL_KINDS: ReadonlySet<string> = new Set([
  RoomKind.User,
  RoomKind.Character,
  RoomKind.Watch,
  RoomKind.Notifications,
  RoomKind.Viewing,
  RoomKind.Admin,
]);

export interface RoomsQuestion extends ClusterPageQuestion {
  readonly query?: string | undefined;
  readonly kind?: string | undefined;
}

export interface MembersQuestion extends ClusterPageQuestion {
  readonly room: RoomName;
}

export interface RoomEntry {
  name: RoomName;
  kind: string;
  connections: number;
}

export interface RoomMember {
  userId: Uuid;
  name: string;
  connections: number;
}

@Injectable()
export class LocalRoomPages implements OnModuleInit {
  constructor(
    private readonly nodes: NodeQuestions,
    private readonly rooms: LocalRooms,
  ) {}

  onModuleInit(): void {
    this.nodes.answer<RoomsQuestion, NodePage<RoomEntry>>(ROOMS_TOPIC, (question) => this.page(question));
    this.nodes.answer<MembersQuestion, NodePage<RoomMember>>(MEMBERS_TOPIC, (question) => this.members(question));
  }

  async page({ query = '', kind, limit, cursor }: RoomsQuestion): Promise<NodePage<RoomEntry>> {
    const selected = new SmallestEntries<RoomEntry>(limit, cursor);
    const start = query.toLowerCase();
    await scan(this.rooms.socketIds, ([name, socketIds]) => {
      if (!selected.admits(name)) return;
      const room = parseRoom(name);
      if (!room || (kind === undefined ? INTERNAL_KINDS.has(room.kind) : room.kind !== kind)) return;
      if (!name.toLowerCase().startsWith(start) && !room.id.toLowerCase().startsWith(start)) return;
      selected.put(name, () => ({ name, kind: room.kind, connections: socketIds.size }));
    });
    return { entries: selected.toArray() };
  }

  async members({ room, limit, cursor }: MembersQuestion): Promise<NodePage<RoomMember>> {
    const selected = new SmallestEntries<RoomMember>(limit, cursor);
    await scan(this.rooms.connectionsIn(room), ({ principal: { userId, name } }) =>
      selected.put(userId, (known) => ({ userId, name, connections: (known?.connections ?? 0) + 1 })),
    );
    return { entries: selected.toArray() };
  }
}
