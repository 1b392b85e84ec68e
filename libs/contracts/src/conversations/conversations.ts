/** Commands for conversations: creating them, managing members, opening them, and syncing missed entries. */
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { command, typeToken } from '../contract';
import {
  CONVERSATION_KINDS,
  CONVERSATION_ROLES,
  type ConversationKind,
  type ConversationPresence,
  type ConversationRole,
  type ConversationView,
  type SyncPage,
} from './conversation-views';
import { IsId, IsIdList } from '../validation/ids';
import { IsInsteadOf } from '../validation/instead-of';
import { ADDED_MEMBERS_BUDGET, rate } from '../rate-policy';
import { IsSyncCursors } from '../validation/sync-cursors';
import { IsPlainText, IsPlayerText } from '../validation/text';

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

/** The answer to a change of a conversation: the seq of the last entry that it wrote; absent if nothing changed. */
export interface ConversationChangeResult {
  conversationId: string;
  seq?: number;
}

/** Traits of a change that every member receives. */
const CHANGE_TRAITS = { fansOut: true, tightForGuests: true, scope: 'cluster' } as const;

export const conversationCommands = [
  command({
    name: 'conversation:create',
    summary:
      'Creates a conversation; an existing direct one, or a group created with the same `clientId`, is answered as it is.',
    payload: ConversationCreateDto,
    result: typeToken<ConversationView>(),
    policy: rate(10, 60, {
      ...CHANGE_TRAITS,
      work: { budget: ADDED_MEMBERS_BUDGET, fields: ['participantIds', 'participantCharacterIds'] },
    }),
  }),
  command({
    name: 'conversation:join',
    summary: 'Opens a conversation, so that other members see the caller in it. Membership does not change.',
    payload: ConversationDto,
    result: typeToken<{ conversationId: string; participantCount: number }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  command({
    name: 'conversation:leave',
    summary: 'Closes an opened conversation. Membership does not change.',
    payload: ConversationDto,
    result: typeToken<{ conversationId: string }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  command({
    name: 'conversation:rename',
    summary: 'Changes the title of a group.',
    payload: ConversationRenameDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(10, 60, CHANGE_TRAITS),
  }),
  command({
    name: 'conversation:add',
    summary: 'Adds users to a group.',
    payload: ConversationAddDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(30, 60, {
      ...CHANGE_TRAITS,
      work: { budget: ADDED_MEMBERS_BUDGET, fields: ['userIds', 'characterIds'] },
    }),
  }),
  command({
    name: 'conversation:remove',
    summary: 'Removes a user from a group; the user receives nothing further from it.',
    payload: ConversationMemberDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(60, 60, { ...CHANGE_TRAITS, burst: 30 }),
  }),
  command({
    name: 'conversation:quit',
    summary: "Ends the caller's membership of a group; a direct conversation is hidden from the caller.",
    payload: ConversationDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, scope: 'cluster' }),
  }),
  command({
    name: 'conversation:role',
    summary: 'Makes a member of a group an admin, or an admin a member.',
    payload: ConversationRoleDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(30, 60, CHANGE_TRAITS),
  }),
  command({
    name: 'conversation:mute',
    summary: 'Turns the notifications of a conversation off or on again.',
    payload: ConversationMuteDto,
    result: typeToken<{ conversationId: string; muted: boolean }>(),
  }),
  command({
    name: 'conversation:sync',
    summary: 'Returns the entries of conversations after the given cursors.',
    payload: ConversationSyncDto,
    result: typeToken<SyncPage>(),
  }),
  command({
    name: 'presence:request',
    summary: 'Lists the users whose clients have a conversation open.',
    payload: ConversationDto,
    result: typeToken<ConversationPresence>(),
  }),
] as const;

export const [
  ConversationCreate,
  ConversationJoin,
  ConversationLeave,
  ConversationRename,
  ConversationAdd,
  ConversationRemove,
  ConversationQuit,
  ConversationRoleChange,
  ConversationMute,
  ConversationSync,
  PresenceRequest,
] = conversationCommands;
