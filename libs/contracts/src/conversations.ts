/** Conversations: beginning them, who is in them, opening them, and catching up with what was missed. */
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { command, returns } from './contract';
import {
  CONVERSATION_KINDS,
  CONVERSATION_ROLES,
  type ConversationKind,
  type ConversationPresence,
  type ConversationRole,
  type ConversationView,
  type SyncPage,
} from './conversation-views';
import { IsId, IsIdList } from './ids';
import { IsInsteadOf } from './instead-of';
import { PEOPLE_BUDGET, rate } from './rate-policy';
import { IsSyncCursors } from './sync-cursors';
import { IsPlainText, IsPlayerText } from './text';

export const MAX_MEMBERS = 1_000;
/** Of one answer to a sync, over all its conversations: entries, and bytes of UTF-8; the entry that passes them is the last. */
export const MAX_SYNC_EVENTS = 500;
export const MAX_SYNC_BYTES = 256 * 1024;
/** Syncs of one user that wait for one that is under way; one more answers RATE_LIMITED. */
export const MAX_WAITING_SYNCS = 4;
/** An export of an account that its client does not take for so long is broken off. */
export const MAX_EXPORT_STALL_MS = 60_000;
/** `unread` counts among so many of the newest messages that come after the one that was read last. */
export const MAX_UNREAD = 200;
const TITLE = { max: 100, lines: 1 };

export class ConversationDto {
  @IsId()
  conversationId: string;
}

export class ConversationCreateDto {
  @IsIn(CONVERSATION_KINDS)
  kind: ConversationKind;

  /** The others: one for a direct conversation. Who creates it is in it as well. */
  @IsInsteadOf('participantCharacterIds')
  @IsIdList({ max: 100 })
  participantIds?: string[];

  /** Characters of the others, instead of `participantIds`. */
  @IsInsteadOf('participantIds')
  @IsIdList({ max: 100 })
  participantCharacterIds?: string[];

  /** Of a group. */
  @IsOptional()
  @IsPlayerText(TITLE)
  title?: string;

  /** The client's own name for the group: who creates it again under the same name is answered the one that there is. */
  @IsOptional()
  @IsPlainText({ max: 64 })
  clientId?: string;
}

export class ConversationRenameDto extends ConversationDto {
  @IsPlayerText(TITLE)
  title: string;
}

export class ConversationAddDto extends ConversationDto {
  /** The users: this or `characterIds`. */
  @IsInsteadOf('characterIds')
  @IsIdList({ min: 1, max: 100 })
  userIds?: string[];

  /** Characters of the users. */
  @IsInsteadOf('userIds')
  @IsIdList({ min: 1, max: 100 })
  characterIds?: string[];
}

export class ConversationMemberDto extends ConversationDto {
  /** The user: this or `characterId`. */
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
  /** By conversation, the seq of the last entry that is known; 0 for none. */
  @IsSyncCursors()
  cursors: Record<string, number>;
}

/** What a change of a conversation answers: the last entry that it made; none where there was nothing to change. */
export interface Changed {
  conversationId: string;
  seq?: number;
}

/** A change that every member receives. */
const CHANGE = { fansOut: true, tightForGuests: true, scope: 'cluster' } as const;

export const conversationCommands = [
  command({
    name: 'conversation:create',
    summary:
      'Begins a conversation; a direct one that exists, and a group begun under the same `clientId`, is answered as it is.',
    payload: ConversationCreateDto,
    result: returns<ConversationView>(),
    policy: rate(10, 60, {
      ...CHANGE,
      work: { budget: PEOPLE_BUDGET, fields: ['participantIds', 'participantCharacterIds'] },
    }),
  }),
  command({
    name: 'conversation:join',
    summary: 'Opens a conversation: the others see that one is there. Membership stays as it is.',
    payload: ConversationDto,
    result: returns<{ conversationId: string; participantCount: number }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  command({
    name: 'conversation:leave',
    summary: 'Closes a conversation that was opened. Membership stays as it is.',
    payload: ConversationDto,
    result: returns<{ conversationId: string }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  command({
    name: 'conversation:rename',
    summary: 'Gives a group another title.',
    payload: ConversationRenameDto,
    result: returns<Changed>(),
    policy: rate(10, 60, CHANGE),
  }),
  command({
    name: 'conversation:add',
    summary: 'Brings users into a group.',
    payload: ConversationAddDto,
    result: returns<Changed>(),
    policy: rate(30, 60, { ...CHANGE, work: { budget: PEOPLE_BUDGET, fields: ['userIds', 'characterIds'] } }),
  }),
  command({
    name: 'conversation:remove',
    summary: 'Takes a user out of a group, who gets nothing of it any more.',
    payload: ConversationMemberDto,
    result: returns<Changed>(),
    policy: rate(60, 60, { ...CHANGE, burst: 30 }),
  }),
  command({
    name: 'conversation:quit',
    summary: 'Ends the own membership of a group; a direct conversation is hidden from the caller.',
    payload: ConversationDto,
    result: returns<Changed>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, scope: 'cluster' }),
  }),
  command({
    name: 'conversation:role',
    summary: 'Makes a member of a group an admin, or an admin a member.',
    payload: ConversationRoleDto,
    result: returns<Changed>(),
    policy: rate(30, 60, CHANGE),
  }),
  command({
    name: 'conversation:mute',
    summary: 'Asks for no notifications of a conversation, or for them again.',
    payload: ConversationMuteDto,
    result: returns<{ conversationId: string; muted: boolean }>(),
  }),
  command({
    name: 'conversation:sync',
    summary: 'Tells what happened in conversations since the entries named.',
    payload: ConversationSyncDto,
    result: returns<SyncPage>(),
  }),
  command({
    name: 'presence:request',
    summary: 'Tells who has a conversation open.',
    payload: ConversationDto,
    result: returns<ConversationPresence>(),
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
