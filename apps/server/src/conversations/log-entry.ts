/** An entry of a conversation's log, as it is kept. */
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';

/** Named like the events that tell of them. */
export type EntryType =
  | 'message:new'
  | 'message:updated'
  | 'message:deleted'
  | 'reaction:added'
  | 'reaction:removed'
  | 'conversation:created'
  | 'conversation:updated'
  | 'conversation:member_added'
  | 'conversation:member_removed'
  | 'conversation:role_changed';

/** What an entry says beside who, when and about which message. */
export interface Facts {
  kind?: ConversationKind;
  title?: string | null;
  members?: { id: string; role: ConversationRole }[];
  userId?: string;
  role?: ConversationRole;
  emoji?: string;
  reactionId?: string;
}

export interface LogEntry {
  readonly conversationId: string;
  readonly seq: number;
  readonly type: EntryType;
  /** Of the message or reaction it brings, or of the message it is about. */
  readonly id: string | null;
  readonly messageId: string | null;
  readonly actorId: string;
  readonly at: Date;
  readonly tempId: string | null;
  /** Null where the message has been deleted since. */
  readonly content: string | null;
  readonly facts: Facts | null;
}

/** One that has not got its number yet. */
export interface NewEntry {
  readonly type: EntryType;
  readonly actorId: string;
  readonly id?: string;
  readonly messageSeq?: number;
  readonly content?: string;
  readonly facts?: Facts;
}

/** What came of appending: the last number given, when, and what the publisher of this conversation is told. */
export interface Appended {
  readonly conversationId: string;
  readonly seq: number;
  readonly at: Date;
  /** The life of the node that publishes this conversation now. */
  readonly publisher: string;
  /** Entries up to there had been published. */
  readonly published: number;
}
