/**
 * Publishes one entry of a conversation's log to its members, each what is for them, and moves whom it brings in or takes
 * out. An entry that is published again, by this node or another, reaches each client once.
 */
import { Injectable } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { RealtimeService, RoomService, type VersionedEvent } from '@aeturnis/realtime';
import type { LogEntry } from '../log-entry';
import { BlockList, userRooms } from '../../social';
import { HiddenMembers } from '../hidden-members';
import { ConversationsRepository } from '../conversations.repository';
import { isSpoken, movedBy, toEvent, toHidden } from '../log-events';
import { MembersRepository } from '../members.repository';

/** An entry is published again within seconds of a node's death, or when the database is back. */
const VERSION_KEEP_MS = 60 * 60 * 1_000;

@Injectable()
export class LogTeller {
  constructor(
    private readonly realtime: RealtimeService,
    private readonly rooms: RoomService,
    private readonly members: MembersRepository,
    private readonly conversations: ConversationsRepository,
    private readonly blocks: BlockList,
    private readonly hidden: HiddenMembers,
  ) {}

  /** Settles when the entry and the moves that belong to it are on their way, in this order for all who are concerned. */
  async tell(entry: LogEntry, names: ReadonlyMap<string, string>): Promise<void> {
    if (isSpoken(entry)) return this.saySome(entry, names);
    if (movedBy(entry).length === 0) return this.say(entry, names);
    if (entry.type !== 'conversation:member_removed') await this.settle(entry.conversationId, movedBy(entry));
    this.say(entry, names);
    if (entry.type === 'conversation:member_removed') await this.settle(entry.conversationId, movedBy(entry));
  }

  /** For an entry that brings nobody in, and takes nobody out who could be brought back meanwhile. */
  sayFresh(entry: LogEntry, names: ReadonlyMap<string, string>): void {
    this.say(entry, names);
    for (const userId of movedBy(entry)) this.move(entry.conversationId, userId, false);
  }

  /** For an entry that moves nobody, and that all may see but those in the rooms left out. */
  say(entry: LogEntry, names: ReadonlyMap<string, string>, except?: readonly string[]): void {
    const { type, data } = toEvent(entry, names);
    const room = roomName(RoomKind.Conversation, entry.conversationId);
    // Who is taken out may be out already, where this is told late.
    const gone = type === 'conversation:member_removed' ? [roomName(RoomKind.User, data.userId)] : [];
    void this.realtime.emitVersioned([room, ...gone], type, data, versionOf(entry), { except, onlyReached: true });
  }

  /** In a group those who have blocked the speaker get the place of the entry alone; in a direct conversation, nothing. */
  private async saySome(entry: LogEntry, names: ReadonlyMap<string, string>): Promise<void> {
    const { conversationId, actorId } = entry;
    const { blockedBy } = await this.blocks.of(actorId);
    if (blockedBy.size === 0) return this.say(entry, names);
    const [conversation, there] = await Promise.all([
      this.conversations.find(conversationId),
      this.hidden.presentAmong(conversationId, blockedBy),
    ]);
    this.say(entry, names, await this.hidden.roomsOf(actorId, there));
    if (conversation?.kind !== 'group' || there.size === 0) return;
    const { type, data } = toHidden(entry);
    void this.realtime.emitVersioned(userRooms(there), type, data, versionOf(entry, 'hidden'), { onlyReached: true });
  }

  /**
   * Brings the connections of these users into the room or out of it, as their membership is now: what is told late, or
   * twice, must not undo what came after it. Looks again, for it may have changed on the way.
   */
  private async settle(conversationId: string, userIds: readonly string[]): Promise<void> {
    let placed: ReadonlySet<string> | undefined;
    for (;;) {
      const there = await this.members.among(conversationId, userIds);
      const wrong = userIds.filter((userId) => placed?.has(userId) !== there.has(userId));
      if (wrong.length === 0) return;
      for (const userId of wrong) this.move(conversationId, userId, there.has(userId));
      placed = there;
    }
  }

  private move(conversationId: string, userId: string, into: boolean): void {
    const room = roomName(RoomKind.Conversation, conversationId);
    if (into) return this.rooms.admit(userId, room);
    this.rooms.evict(userId, room);
    this.rooms.evict(userId, roomName(RoomKind.Viewing, conversationId));
  }
}

/**
 * The place of the entry is published after the entry itself, to others, and so has the later version of the same key: where
 * a node died in between, the place alone is published again.
 */
function versionOf({ conversationId, seq }: LogEntry, part: 'shown' | 'hidden' = 'shown'): VersionedEvent {
  const version = 2 * seq + (part === 'hidden' ? 1 : 0);
  return { key: `conversation:${conversationId}`, version, dedupKey: `${version}`, keepMs: VERSION_KEEP_MS };
}
