/** Conversations as clients see them: summaries, messages, and the events of the log, which live and in a sync are the same. */
export const CONVERSATION_KINDS = ['direct', 'group'] as const;
export type ConversationKind = (typeof CONVERSATION_KINDS)[number];

/** An admin of a group decides who is in it, what it is called, and may delete everybody's messages. */
export const CONVERSATION_ROLES = ['admin', 'member'] as const;
export type ConversationRole = (typeof CONVERSATION_ROLES)[number];

export interface UserRef {
  id: string;
  name: string;
}

export interface ConversationMemberView extends UserRef {
  role: ConversationRole;
  /** Watermarks: everything up to there is read, and has reached a device. */
  readSeq: number;
  deliveredSeq: number;
}

/** A conversation as one of its members sees it. */
export interface ConversationSummary {
  id: string;
  kind: ConversationKind;
  title?: string;
  /** The other side of a direct conversation. */
  with?: UserRef;
  createdAt: string;
  lastMessageAt?: string;
  /** The seq of the last entry. */
  head: number;
  /** The own role, watermarks and wish, and how many of the newest 200 messages are unread ones of others. */
  role: ConversationRole;
  readSeq: number;
  deliveredSeq: number;
  unread: number;
  muted: boolean;
}

export interface ConversationView extends ConversationSummary {
  members: ConversationMemberView[];
}

/** The conversation with the latest message first. */
export interface ConversationPage {
  conversations: ConversationSummary[];
  next?: string;
}

export interface ReactionView {
  id: string;
  emoji: string;
  userId: string;
}

/** How many reactions with one emoji a message has, those of blocked users among them. */
export interface ReactionCount {
  emoji: string;
  count: number;
}

/** The reactions to one message, the oldest first. */
export interface ReactionPage {
  reactions: ReactionView[];
  next?: string;
}

/** A message as it is now; one that was deleted has no content. */
export interface MessageView {
  id: string;
  conversationId: string;
  seq: number;
  senderId: string;
  sender: UserRef;
  content: string;
  createdAt: string;
  tempId?: string;
  editedAt?: string;
  deletedAt?: string;
  /** All of them, or, with `moreReactions`, the oldest ones and those of the reader. */
  reactions: ReactionView[];
  /** There are more than `reactions` shows: `reactionCounts` says how many, `GET /api/messages/:id/reactions` which. */
  moreReactions?: true;
  reactionCounts?: ReactionCount[];
}

export interface MessagePage {
  /** In a group, messages of those whom the reader has blocked have a place and nothing else; in a direct one, not even that. */
  messages: (MessageView | HiddenEntry)[];
  /** The `before` or `after` of the next page; absent on the last. */
  next?: number;
}

interface LogEvent {
  conversationId: string;
  /** Its place in the conversation: without gaps, and in the order of the commits. */
  seq: number;
}

/** The events that are entries of a conversation's log, by name. */
export interface LogEvents {
  'message:new': LogEvent & {
    id: string;
    senderId: string;
    sender: UserRef;
    /** Empty where the message has been deleted since. */
    content: string;
    createdAt: string;
    tempId?: string;
  };
  'message:updated': LogEvent & { id: string; content: string; editedAt: string };
  'message:deleted': LogEvent & { id: string; deletedAt: string; deletedBy: string };
  'reaction:added': LogEvent & {
    id: string;
    messageId: string;
    emoji: string;
    userId: string;
    user: UserRef;
    createdAt: string;
  };
  'reaction:removed': LogEvent & { id: string; messageId: string; userId: string };
  'conversation:created': LogEvent & {
    kind: ConversationKind;
    title?: string;
    members: (UserRef & { role: ConversationRole })[];
    createdBy: string;
    createdAt: string;
  };
  'conversation:updated': LogEvent & { title: string; updatedBy: string; updatedAt: string };
  'conversation:member_added': LogEvent & {
    /** All whom the entry brings in. */
    members: (UserRef & { role: ConversationRole })[];
    /** Only where it brings in one. */
    userId?: string;
    user?: UserRef;
    role?: ConversationRole;
    addedBy: string;
    addedAt: string;
  };
  /** Removed by themselves where they quit. */
  'conversation:member_removed': LogEvent & { userId: string; removedBy: string; removedAt: string };
  'conversation:role_changed': LogEvent & {
    userId: string;
    role: ConversationRole;
    changedBy: string;
    changedAt: string;
  };
}

export type LogEventType = keyof LogEvents;

/** What a reader gets in place of what somebody says whom the reader has blocked: the sequence stays without gaps. */
export interface HiddenEntry extends LogEvent {
  hidden: true;
}

/** The entries by which somebody says something. Those that change what a conversation is are hidden from nobody. */
export const SPOKEN = ['message:new', 'message:updated', 'reaction:added', 'reaction:removed'] as const;
type Spoken = (typeof SPOKEN)[number];

/** What an entry carries: all of it, or its place alone for somebody it is hidden from. */
export type LogEventPayload<Type extends LogEventType> =
  | (LogEvents[Type] & { hidden?: never })
  | (Type extends Spoken
      ? HiddenEntry & Partial<Record<Exclude<keyof LogEvents[Type], keyof LogEvent>, never>>
      : never);

type ShownEvent = { [Type in LogEventType]: { seq: number; type: Type; data: LogEvents[Type]; hidden?: never } };
type HiddenEvent = { seq: number; type: Spoken; data: HiddenEntry; hidden: true };

export type SyncedEvent = ShownEvent[LogEventType] | HiddenEvent;

export interface SyncedConversation {
  /** What comes after the cursor, in order. */
  events: SyncedEvent[];
  /** The seq of the last entry there is for this user. */
  head: number;
  /** More than fits in one answer: ask again with `next` as the cursor. */
  limited?: true;
  next?: number;
}

export interface SyncPage {
  /** Those of the conversations asked for that are there for this user. */
  conversations: Record<string, SyncedConversation>;
}

/** Who has a conversation open. */
export interface ConversationPresence {
  conversationId: string;
  onlineUsers: UserRef[];
  timestamp: number;
}
