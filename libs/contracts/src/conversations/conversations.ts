/** The payloads of commands for conversations: creating them, managing members, opening them, and syncing missed entries. */
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import {
  CONVERSATION_KINDS,
  CONVERSATION_ROLES,
  type ConversationKind,
  type ConversationRole,
} from './conversation-views';
import { IsId, IsIdList } from '../validation/ids';
import { IsInsteadOf } from '../validation/instead-of';
import { IsSyncCursors } from '../validation/sync-cursors';
import { IsPlainText, IsPlayerText } from '../validation/text';
import type { Uuid } from '../wire-formats';

export const MAX_MEMBERS = 1_000;
/** Limits of one sync answer over all its conversations, in entries and bytes of UTF-8; it ends with the entry that exceeds one. */
export const MAX_SYNC_EVENTS = 500;
export const MAX_SYNC_BYTES = 256 * 1024;
/** Syncs of one user that may wait for a running one; a further one is answered RATE_LIMITED. */
export const MAX_WAITING_SYNCS = 4;
/** An account export is aborted when its client reads nothing for this long. */
export const MAX_EXPORT_STALL_MS = 60_000;
/** `unread` counts at most this many messages after the last one that was read. */
export const MAX_UNREAD = 200;
const TITLE = { max: 100, lines: 1 };

/** @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11"} */
export class ConversationDto {
  @IsId()
  conversationId: string;
}

export class ConversationCreateDto {
  @IsIn(CONVERSATION_KINDS)
  kind: ConversationKind;

  /** The other members, one for a direct conversation. The creator becomes a member as well. */
  @IsInsteadOf('participantCharacterIds')
  @IsIdList({ max: 100 })
  participantIds?: string[];

  /** Characters of the other members, instead of `participantIds`. */
  @IsInsteadOf('participantIds')
  @IsIdList({ max: 100 })
  participantCharacterIds?: string[];

  /** The title of a group. */
  @IsOptional()
  @IsPlayerText(TITLE)
  title?: string;

  /** Dedup key of a group, chosen by the client: a repeated create with the same key answers the existing group. */
  @IsOptional()
  @IsPlainText({ max: 64 })
  clientId?: string;
}

export class ConversationRenameDto extends ConversationDto {
  @IsPlayerText(TITLE)
  title: string;
}

export class ConversationAddDto extends ConversationDto {
  /** The users to add; give either this or `characterIds`. */
  @IsInsteadOf('characterIds')
  @IsIdList({ min: 1, max: 100 })
  userIds?: string[];

  /** Characters of the users. */
  @IsInsteadOf('userIds')
  @IsIdList({ min: 1, max: 100 })
  characterIds?: string[];
}

export class ConversationMemberDto extends ConversationDto {
  /** The member; give either this or `characterId`. */
  @IsInsteadOf('characterId')
  @IsId()
  userId?: string;

  /** A character of the user. */
  @IsInsteadOf('userId')
  @IsId()
  characterId?: string;
}

export class ConversationRoleDto extends ConversationMemberDto {
  @IsIn(CONVERSATION_ROLES)
  role: ConversationRole;
}

export class ConversationMuteDto extends ConversationDto {
  @IsBoolean()
  muted: boolean;
}

export class ConversationSyncDto {
  /** The seq of the last entry that the client knows, by conversation; 0 for none. */
  @IsSyncCursors()
  cursors: Record<string, number>;
}

/**
 * The answer to a change of a conversation: the seq of the last entry that it wrote; absent if nothing changed.
 * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 8}
 */
export interface ConversationChangeResult {
  conversationId: Uuid;
  seq?: number;
}
