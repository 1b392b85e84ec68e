/** The types of a conversation's log entries, as stored. */
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';

/** Each type has the name of the event that it is published as. */
export type LogEntryType =
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

/** The data of an entry beyond actor, time and message. */
export interface EntryFacts {
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
  readonly type: LogEntryType;
  /** The id of the message or reaction that the entry adds. */
  readonly id: string | null;
  readonly messageId: string | null;
  readonly actorId: string;
  readonly at: Date;
  readonly tempId: string | null;
  /** Null for entries without text, and after the message has been deleted. */
  readonly content: string | null;
  readonly facts: EntryFacts | null;
}

/** An entry before it gets its number. */
export interface NewLogEntry {
  readonly type: LogEntryType;
  readonly actorId: string;
  readonly id?: string;
  readonly messageSeq?: number;
  readonly content?: string;
  readonly facts?: EntryFacts;
}

/** The result of appending: the last number assigned, its time, and what the publisher of the conversation needs. */
export interface AppendResult {
  readonly conversationId: string;
  readonly seq: number;
  readonly at: Date;
  /** The incarnation of the node that publishes this conversation now. */
  readonly publisher: string;
  /** The last entry that had been published. */
  readonly published: number;
}
