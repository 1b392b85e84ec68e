/**
 * Publishes one entry of a conversation's log to its members, without content that a block hides, and moves the connections
 * of added and removed members into or out of the room. Publishing an entry again delivers it to each client only once.
 */
import { Injectable } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { RoomService, type VersionedEvent } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import type { LogEntry } from '../log/log-entry';
import { BlockList, userRooms } from '../../social';
import { BlockExclusions } from '../members/block-exclusions';
import { ConversationsRepository } from '../conversations.repository';
import { isSpoken, membersChangedBy, toEvent, toHiddenEvent } from '../log/log-events';
import { MembersRepository } from '../members/members.repository';

/** Long enough to recognise a repetition: an entry is republished seconds after a node dies, or after a database outage. */
const VERSION_RETENTION_MS = 60 * 60 * 1_000;

@Injectable()
export class LogPublisher {
  constructor(
    private readonly realtime: RealtimeService,
    private readonly rooms: RoomService,
    private readonly members: MembersRepository,
    private readonly conversations: ConversationsRepository,
    private readonly blocks: BlockList,
    private readonly exclusions: BlockExclusions,
  ) {}

  /** Resolves once the entry and its room changes are queued. Added members enter before the entry, removed ones leave after it. */
  async publishEntry(entry: LogEntry, names: ReadonlyMap<string, string>): Promise<void> {
    if (isSpoken(entry)) return this.emitToNonBlockers(entry, names);
    if (membersChangedBy(entry).length === 0) return this.emitEntry(entry, names);
    if (entry.type !== 'conversation:member_removed')
      await this.reconcileRooms(entry.conversationId, membersChangedBy(entry));
    this.emitEntry(entry, names);
    if (entry.type === 'conversation:member_removed')
      await this.reconcileRooms(entry.conversationId, membersChangedBy(entry));
  }

  /** For entries that add no member, and whose removed members cannot be added again: membership is not read again. */
  publishCommitted(entry: LogEntry, names: ReadonlyMap<string, string>): void {
    this.emitEntry(entry, names);
    for (const userId of membersChangedBy(entry)) this.setRoomMembership(entry.conversationId, userId, false);
  }

  /** Emits an entry to all members except those in the `except` rooms. Changes no room. */
  emitEntry(entry: LogEntry, names: ReadonlyMap<string, string>, except?: readonly string[]): void {
    const { type, data } = toEvent(entry, names);
    const room = roomName(RoomKind.Conversation, entry.conversationId);
    // A late publication may find the removed user's connections already out of the room.
    const removedUserRooms = type === 'conversation:member_removed' ? [roomName(RoomKind.User, data.userId)] : [];
    void this.realtime.emitVersioned([room, ...removedUserRooms], type, data, toVersionedEvent(entry), {
      except,
      skipIfUnreachable: true,
    });
  }

  /** In a group, members who block the author get the hidden form of the entry; in a direct conversation they get nothing. */
  private async emitToNonBlockers(entry: LogEntry, names: ReadonlyMap<string, string>): Promise<void> {
    const { conversationId, actorId } = entry;
    const { blockedBy } = await this.blocks.relationsOf(actorId);
    if (blockedBy.size === 0) return this.emitEntry(entry, names);
    const [conversation, blockingMembers] = await Promise.all([
      this.conversations.find(conversationId),
      this.exclusions.membersAmong(conversationId, blockedBy),
    ]);
    this.emitEntry(entry, names, await this.exclusions.blockerRoomsAmong(actorId, blockingMembers));
    if (conversation?.kind !== 'group' || blockingMembers.size === 0) return;
    const { type, data } = toHiddenEvent(entry);
    void this.realtime.emitVersioned(userRooms(blockingMembers), type, data, toVersionedEvent(entry, 'hidden'), {
      skipIfUnreachable: true,
    });
  }

  /**
   * Moves the connections of these users into or out of the room by their current membership, so that a late or repeated
   * publication cannot undo a later change. Reads again after each pass, because membership may change in between.
   */
  private async reconcileRooms(conversationId: string, userIds: readonly string[]): Promise<void> {
    let appliedMembers: ReadonlySet<string> | undefined;
    for (;;) {
      const currentMembers = await this.members.memberIdsAmong(conversationId, userIds);
      const outOfSync = userIds.filter((userId) => appliedMembers?.has(userId) !== currentMembers.has(userId));
      if (outOfSync.length === 0) return;
      for (const userId of outOfSync) this.setRoomMembership(conversationId, userId, currentMembers.has(userId));
      appliedMembers = currentMembers;
    }
  }

  private setRoomMembership(conversationId: string, userId: string, isMember: boolean): void {
    const room = roomName(RoomKind.Conversation, conversationId);
    if (isMember) return this.rooms.admit(userId, room);
    this.rooms.evict(userId, room);
    this.rooms.evict(userId, roomName(RoomKind.Viewing, conversationId));
  }
}

/**
 * The hidden form is published after the full one, to other users, under the next version of the same key. If a node dies
 * between the two, a client that got the full form is not sent it again, and the hidden form is published again.
 */
function toVersionedEvent({ conversationId, seq }: LogEntry, part: 'shown' | 'hidden' = 'shown'): VersionedEvent {
  const version = 2 * seq + (part === 'hidden' ? 1 : 0);
  return { key: `conversation:${conversationId}`, version, dedupKey: `${version}`, keepMs: VERSION_RETENTION_MS };
}
