/** Commands for the members of a conversation: adding, removing, roles, and muting for the caller. */
import { command, typeToken } from '../contract';
import { ADDED_MEMBERS_BUDGET, CONVERSATION_CHANGE_TRAITS, rate } from '../rate-policy';
import {
  ConversationAddDto,
  type ConversationChangeResult,
  ConversationDto,
  ConversationMemberDto,
  ConversationMuteDto,
  ConversationRoleDto,
} from './conversations';
import type { Uuid } from '../wire-formats';

export const membershipCommands = [
  /**
   * Adds users to a group. Users who are members already, or who may not be added, are skipped without a notice.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11",
   *   "userIds": ["5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"]}
   * @error NOT_FOUND for an unknown conversation, user or character
   * @error NOT_PARTICIPANT for a former member
   * @error FORBIDDEN for a member who is no admin, and in a direct conversation
   * @error CONFLICT above 1,000 members, or if one of the users has reached the limit of conversations
   * @http POST /api/conversations/{id}/members
   */
  command({
    name: 'conversation:add',
    payload: ConversationAddDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(30, 60, {
      ...CONVERSATION_CHANGE_TRAITS,
      work: { budget: ADDED_MEMBERS_BUDGET, fields: ['userIds', 'characterIds'] },
    }),
  }),
  /**
   * Removes a user from a group; the user receives nothing further from it. For the own id, it does what `conversation:quit` does.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"}
   * @error NOT_FOUND for an unknown conversation or character, and for a user who is no member
   * @error NOT_PARTICIPANT for a former member
   * @error FORBIDDEN for a member who is no admin, and in a direct conversation
   * @http DELETE /api/conversations/{id}/members/{userId}
   */
  command({
    name: 'conversation:remove',
    payload: ConversationMemberDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(60, 60, { ...CONVERSATION_CHANGE_TRAITS, burst: 30 }),
  }),
  /**
   * Ends the caller's membership of a group; a direct conversation is hidden from the caller.
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   */
  command({
    name: 'conversation:quit',
    payload: ConversationDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, scope: 'cluster' }),
  }),
  /**
   * Makes a member of a group an admin, or an admin a member.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31",
   *   "role": "admin"}
   * @error NOT_FOUND for an unknown conversation or character, and for a user who is no member
   * @error NOT_PARTICIPANT for a former member
   * @error FORBIDDEN for a member who is no admin, and in a direct conversation
   * @error CONFLICT if no admin would remain
   * @http PATCH /api/conversations/{id}/members/{userId}
   */
  command({
    name: 'conversation:role',
    payload: ConversationRoleDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(30, 60, CONVERSATION_CHANGE_TRAITS),
  }),
  /**
   * Turns the notifications of a conversation off or on again, for the caller.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "muted": true}
   * @result {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "muted": true}
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   * @http PUT /api/conversations/{id}/mute
   */
  command({
    name: 'conversation:mute',
    payload: ConversationMuteDto,
    result: typeToken<{ conversationId: Uuid; muted: boolean }>(),
  }),
] as const;

export const [ConversationAdd, ConversationRemove, ConversationQuit, ConversationRoleChange, ConversationMute] =
  membershipCommands;
