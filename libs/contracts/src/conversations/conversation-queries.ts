/** Commands that read conversations: missed entries, and the users that have a conversation open. */
import { command, typeToken } from '../contract';
import type { ConversationPresence, SyncPage } from './conversation-views';
import { ConversationDto, ConversationSyncDto } from './conversations';

export const conversationQueries = [
  /**
   * Returns the entries of conversations after the given cursors. Conversations that the caller may not read are left out.
   * @example {"cursors": {"9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11": 8}}
   * @result {"conversations": {"9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11": {"events": [{"seq": 9, "type": "message:deleted",
   *   "data": {"conversationId": "9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11", "seq": 9,
   *   "id": "1d4b7a90-6c2e-4f38-a1b5-7e9c0d2f4a66", "deletedAt": "2030-05-17T12:02:00.000Z",
   *   "deletedBy": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11"}}], "head": 9}}}
   * @error RATE_LIMITED if four syncs of the user wait already
   * @http POST /api/sync
   */
  command({
    name: 'conversation:sync',
    payload: ConversationSyncDto,
    result: typeToken<SyncPage>(),
  }),
  /**
   * Lists the users whose clients have a conversation open.
   * @error NOT_FOUND for an unknown conversation
   * @error NOT_PARTICIPANT for a former member
   */
  command({
    name: 'presence:request',
    payload: ConversationDto,
    result: typeToken<ConversationPresence>(),
  }),
] as const;

export const [ConversationSync, PresenceRequest] = conversationQueries;
