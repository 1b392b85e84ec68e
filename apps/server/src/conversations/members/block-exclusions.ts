/**
 * Computes the user rooms that an event excludes because of blocks. If very many users block the author, only members of
 * the conversation are listed, so that the list never exceeds the number of members.
 */
import { Injectable } from '@nestjs/common';
import { MAX_MEMBERS, type RoomName } from '@aeturnis/contracts';
import { BlockList, userRooms } from '../../social';
import { MembersRepository } from './members.repository';

const NO_USERS: ReadonlySet<string> = new Set();

@Injectable()
export class BlockExclusions {
  constructor(
    private readonly blocks: BlockList,
    private readonly members: MembersRepository,
  ) {}

  /** The rooms of all users that block the author, or of the members among them if there are more than `MAX_MEMBERS`. */
  async blockerRoomsIn(authorId: string, conversationId: string): Promise<readonly RoomName[]> {
    const { blockedBy } = await this.blocks.relationsOf(authorId);
    if (blockedBy.size === 0) return [];
    const canShareRooms = blockedBy.size <= MAX_MEMBERS;
    return this.blockerRoomsAmong(
      authorId,
      canShareRooms ? NO_USERS : await this.membersAmong(conversationId, blockedBy),
    );
  }

  /** As `blockerRoomsIn`, with the blocking members known: the list shared by all events of the author, unless it is too long. */
  async blockerRoomsAmong(authorId: string, blockingMembers: ReadonlySet<string>): Promise<readonly RoomName[]> {
    const all = (await this.blocks.blockerRoomsOf(authorId)) ?? [];
    return all.length <= MAX_MEMBERS ? all : userRooms(blockingMembers);
  }

  /** The users among these that are members now. Reads no more rows than a conversation has members. */
  async membersAmong(
    conversationId: string,
    users: { readonly size: number; has(userId: string): boolean; keys(): Iterable<string> },
  ): Promise<ReadonlySet<string>> {
    if (users.size <= MAX_MEMBERS) return this.members.memberIdsAmong(conversationId, [...users.keys()]);
    const current = await this.members.currentMembers(conversationId);
    return new Set(current.flatMap(({ userId }) => (users.has(userId) ? [userId] : [])));
  }
}
