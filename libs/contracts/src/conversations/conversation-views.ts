/** Conversations as clients see them: summaries, messages and log events. Live and in a sync, a log event is the same. */
import type { Timestamp, Uuid } from '../wire-formats';
export const CONVERSATION_KINDS = ['direct', 'group'] as const;
export type ConversationKind = (typeof CONVERSATION_KINDS)[number];

/** An admin of a group can add and remove members, change its title, and delete the messages of all members. */
export const CONVERSATION_ROLES = ['admin', 'member'] as const;
export type ConversationRole = (typeof CONVERSATION_ROLES)[number];

export interface UserRef {
  id: Uuid;
  name: string;
}

export interface ConversationMemberView extends UserRef {
  role: ConversationRole;
  /** Watermarks: everything up to `readSeq` is read, everything up to `deliveredSeq` has reached a device. */
  readSeq: number;
  deliveredSeq: number;
}

/** A conversation as one of its members sees it. */
export interface ConversationSummary {
  id: Uuid;
  kind: ConversationKind;
  title?: string;
  /** The other side of a direct conversation. */
  with?: UserRef;
  createdAt: Timestamp;
  lastMessageAt?: Timestamp;
  /** The seq of the last entry. */
  head: number;
  /** Role, watermarks and mute setting of the member, and how many of the newest 200 messages are unread and of others. */
  role: ConversationRole;
  readSeq: number;
  deliveredSeq: number;
  unread: number;
  muted: boolean;
}

/**
 * @example {"id": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "kind": "group", "title": "Raid on Tuesday",
 *   "createdAt": "2030-05-17T12:00:00.000Z", "head": 1, "role": "admin", "readSeq": 1, "deliveredSeq": 1, "unread": 0,
 *   "muted": false, "members": [
 *     {"id": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "name": "Anna", "role": "admin", "readSeq": 1, "deliveredSeq": 1},
 *     {"id": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben", "role": "member", "readSeq": 1, "deliveredSeq": 1}]}
 */
export interface ConversationView extends ConversationSummary {
  members: ConversationMemberView[];
}

/** Ordered by the latest message, newest first. */
export interface ConversationPage {
  conversations: ConversationSummary[];
  next?: string;
}

export interface ReactionView {
  id: Uuid;
  emoji: string;
  userId: Uuid;
}

/** How many reactions with one emoji a message has, including those of blocked users. */
export interface ReactionCount {
  emoji: string;
  count: number;
}

/** The reactions to one message, oldest first. */
export interface ReactionPage {
  reactions: ReactionView[];
  next?: string;
}

/** The current state of a message; a deleted one has no content. */
export interface MessageView {
  id: Uuid;
  conversationId: Uuid;
  seq: number;
  senderId: Uuid;
  sender: UserRef;
  content: string;
  createdAt: Timestamp;
  tempId?: string;
  editedAt?: Timestamp;
  deletedAt?: Timestamp;
  /** All reactions, or, with `moreReactions`, the oldest ones and those of the reader. */
  reactions: ReactionView[];
  /** `reactions` is incomplete: `reactionCounts` has the numbers, `GET /api/messages/:id/reactions` lists all. */
  moreReactions?: true;
  reactionCounts?: ReactionCount[];
}

export interface MessagePage {
  /** In a group, a message of a user whom the reader has blocked is a `HiddenEntry`; in a direct conversation it is left out. */
  messages: (MessageView | HiddenEntry)[];
  /** The `before` or `after` of the next page; absent on the last. */
  next?: number;
}

export interface LogEvent {
  conversationId: Uuid;
  /** Its position in the conversation's log, without gaps and in commit order. */
  seq: number;
}

/** The events that a conversation's log consists of, by name. */
export interface LogEvents {
  'message:new': LogEvent & {
    id: Uuid;
    senderId: Uuid;
    sender: UserRef;
    /** Empty if the message has been deleted since. */
    content: string;
    createdAt: Timestamp;
    tempId?: string;
  };
  'message:updated': LogEvent & { id: Uuid; content: string; editedAt: Timestamp };
  'message:deleted': LogEvent & { id: Uuid; deletedAt: Timestamp; deletedBy: Uuid };
  'reaction:added': LogEvent & {
    id: Uuid;
    messageId: Uuid;
    emoji: string;
    userId: Uuid;
    user: UserRef;
    createdAt: Timestamp;
  };
  'reaction:removed': LogEvent & { id: Uuid; messageId: Uuid; userId: Uuid };
  'conversation:created': LogEvent & {
    kind: ConversationKind;
    title?: string;
    members: (UserRef & { role: ConversationRole })[];
    createdBy: Uuid;
    createdAt: Timestamp;
  };
  'conversation:updated': LogEvent & { title: string; updatedBy: Uuid; updatedAt: Timestamp };
  'conversation:member_added': LogEvent & {
    /** All members that the entry adds. */
    members: (UserRef & { role: ConversationRole })[];
    /** Only if the entry adds a single member. */
    userId?: Uuid;
    user?: UserRef;
    role?: ConversationRole;
    addedBy: Uuid;
    addedAt: Timestamp;
  };
  /** `removedBy` is the member itself if it quit. */
  'conversation:member_removed': LogEvent & { userId: Uuid; removedBy: Uuid; removedAt: Timestamp };
  'conversation:role_changed': LogEvent & {
    userId: Uuid;
    role: ConversationRole;
    changedBy: Uuid;
    changedAt: Timestamp;
  };
}

export type LogEventType = keyof LogEvents;

/** Replaces an entry by a user whom the reader has blocked, so that the sequence stays without gaps. */
export interface HiddenEntry extends LogEvent {
  hidden: true;
}

/** The entry types that a block hides. Entries that change the conversation itself are never hidden. */
export const HIDEABLE_ENTRY_TYPES = ['message:new', 'message:updated', 'reaction:added', 'reaction:removed'] as const;
type HideableEntryType = (typeof HIDEABLE_ENTRY_TYPES)[number];

/** The payload of an entry: all of it, or only its position for a reader from whom it is hidden. */
export type LogEventPayload<Type extends LogEventType> =
  | (LogEvents[Type] & { hidden?: never })
  | (Type extends HideableEntryType
      ? HiddenEntry & Partial<Record<Exclude<keyof LogEvents[Type], keyof LogEvent>, never>>
      : never);

type VisibleSyncEvent = { [Type in LogEventType]: { seq: number; type: Type; data: LogEvents[Type]; hidden?: never } };
type HiddenSyncEvent = { seq: number; type: HideableEntryType; data: HiddenEntry; hidden: true };

export type SyncedEvent = VisibleSyncEvent[LogEventType] | HiddenSyncEvent;

export interface SyncedConversation {
  /** The entries after the cursor, in log order. */
  events: SyncedEvent[];
  /** The seq of the last entry that this user may read. */
  head: number;
  /** The answer is incomplete: ask again with `next` as the cursor. */
  limited?: true;
  next?: number;
}

export interface SyncPage {
  /** The requested conversations that this user may read. */
  conversations: Record<string, SyncedConversation>;
}

/**
 * The users whose clients have the conversation open.
 * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11",
 *   "onlineUsers": [{"id": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "name": "Ben"}], "timestamp": 1905249600000}
 */
export interface ConversationPresence {
  conversationId: Uuid;
  onlineUsers: UserRef[];
  timestamp: number;
}
