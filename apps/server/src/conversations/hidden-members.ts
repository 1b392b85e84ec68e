/**
 * Whom an event of a conversation leaves out because of blocks: of the many users who may have blocked one, the members
 * alone, so that an event carries no more of them than a conversation has.
 */
import { Injectable } from '@nestjs/common';
import { MAX_MEMBERS, type RoomName } from '@aeturnis/contracts';
import { BlockList, userRooms } from '../social';
import { MembersRepository } from './members.repository';

const NOBODY: ReadonlySet<string> = new Set();

@Injectable()
export class HiddenMembers {
  constructor(
    private readonly blocks: BlockList,
    private readonly members: MembersRepository,
  ) {}

  /** The rooms of those who have blocked the author, or of the members among them where they are more than a group has. */
  async deafTo(authorId: string, conversationId: string): Promise<readonly RoomName[]> {
    const { blockedBy } = await this.blocks.of(authorId);
    if (blockedBy.size === 0) return [];
    const isShort = blockedBy.size <= MAX_MEMBERS;
    return this.roomsOf(authorId, isShort ? NOBODY : await this.presentAmong(conversationId, blockedBy));
  }

  /** As `deafTo`, of whom `present` is known to be there: the list that all events of the author share, unless it is long. */
  async roomsOf(authorId: string, present: ReadonlySet<string>): Promise<readonly RoomName[]> {
    const all = (await this.blocks.deafTo(authorId)) ?? [];
    return all.length <= MAX_MEMBERS ? all : userRooms(present);
  }

  /** Those of these users who are members now. However many they are, one reads no more rows than there are members. */
  async presentAmong(
    conversationId: string,
    users: { readonly size: number; has(userId: string): boolean; keys(): Iterable<string> },
  ): Promise<ReadonlySet<string>> {
    if (users.size <= MAX_MEMBERS) return this.members.among(conversationId, [...users.keys()]);
    const current = await this.members.current(conversationId);
    return new Set(current.flatMap(({ userId }) => (users.has(userId) ? [userId] : [])));
  }
}
