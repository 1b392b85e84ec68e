/** Commands that create, rename, open and close conversations. */
import { command, typeToken } from '../contract';
import { ADDED_MEMBERS_BUDGET, CONVERSATION_CHANGE_TRAITS, rate } from '../rate-policy';
import type { ConversationView } from './conversation-views';
import {
  type ConversationChangeResult,
  ConversationCreateDto,
  ConversationDto,
  ConversationRenameDto,
} from './conversations';
import type { Uuid } from '../wire-formats';

export const conversationCommands = [
  /**
   * Creates a conversation; an existing direct one, or a group created with the same `clientId`, is answered as it is.
   * @example {"kind": "group", "participantIds": ["5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"], "title": "Raid on Tuesday",
   *   "clientId": "group-1"}
   * @error NOT_FOUND for an unknown user or character
   * @error CONFLICT if one of the users has reached the limit of conversations
   * @error VALIDATION for a direct conversation with a title, or not with exactly one other user
   * @error RATE_LIMITED for too many new direct conversations
   * @http POST /api/conversations
   */
  command({
    name: 'conversation:create',
    payload: ConversationCreateDto,
    result: typeToken<ConversationView>(),
    policy: rate(10, 60, {
      ...CONVERSATION_CHANGE_TRAITS,
      work: { budget: ADDED_MEMBERS_BUDGET, fields: ['participantIds', 'participantCharacterIds'] },
    }),
  }),
  /**
   * Opens a conversation, so that other members see the caller in it. Membership does not change.
   * @result {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "participantCount": 2}
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   */
  command({
    name: 'conversation:join',
    payload: ConversationDto,
    result: typeToken<{ conversationId: Uuid; participantCount: number }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  /**
   * Closes an opened conversation. Membership does not change.
   * @result {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11"}
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   */
  command({
    name: 'conversation:leave',
    payload: ConversationDto,
    result: typeToken<{ conversationId: string }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  /**
   * Changes the title of a group.
   * @example {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "title": "Raid on Wednesday"}
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   * @error FORBIDDEN for a member who is no admin, and in a direct conversation
   * @http PATCH /api/conversations/{id}
   */
  command({
    name: 'conversation:rename',
    payload: ConversationRenameDto,
    result: typeToken<ConversationChangeResult>(),
    policy: rate(10, 60, CONVERSATION_CHANGE_TRAITS),
  }),
] as const;

export const [ConversationCreate, ConversationJoin, ConversationLeave, ConversationRename] = conversationCommands;
