/** Lists the rooms of all nodes and the users in a room, page by page. */
import { Injectable } from '@nestjs/common';
import { parseRoom, type RoomName } from '@aeturnis/contracts';
import { type ClusterPage, ClusterPages } from '../cluster-pages/cluster-pages';
import {
  MEMBERS_TOPIC,
  type MembersQuestion,
  type RoomEntry,
  type RoomMember,
  ROOMS_TOPIC,
  type RoomsQuestion,
} from './local-room-pages';
import type { RoomMembersQueryDto, RoomsQueryDto } from './rooms-query.dto';

const PAGE_SIZE = 50;

export interface RoomsPage extends Omit<ClusterPage<RoomEntry>, 'entries'> {
  /** Ordered by name, with the connections of all nodes that answered. */
  rooms: RoomEntry[];
}

export interface RoomMembersPage extends Omit<ClusterPage<RoomMember>, 'entries'> {
  room: RoomName;
  kind: string;
  /** The users with connections in the room, ordered by id. */
  members: RoomMember[];
}

@Injectable()
export class AdminRoomsService {
  constructor(private readonly pages: ClusterPages) {}

  async list({ query, kind, limit = PAGE_SIZE, cursor }: RoomsQueryDto): Promise<RoomsPage> {
    const question: RoomsQuestion = { query, kind, limit, cursor };
    const { entries: rooms, ...rest } = await this.pages.collect<RoomEntry>(ROOMS_TOPIC, question, {
      keyOf: ({ name }) => name,
      merge: addConnections,
    });
    return { rooms, ...rest };
  }

  /** Without members for a room without connections, which is the same as a room that does not exist. */
  async members(room: RoomName, { limit = PAGE_SIZE, cursor }: RoomMembersQueryDto): Promise<RoomMembersPage> {
    const question: MembersQuestion = { room, limit, cursor };
    const { entries: members, ...rest } = await this.pages.collect<RoomMember>(MEMBERS_TOPIC, question, {
      keyOf: ({ userId }) => userId,
      merge: addConnections,
    });
    return { room, kind: parseRoom(room)?.kind ?? '', members, ...rest };
  }
}

const addConnections = <Entry extends { connections: number }>(known: Entry, { connections }: Entry): Entry => ({
  ...known,
  connections: known.connections + connections,
});
