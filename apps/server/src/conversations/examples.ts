/** Example payloads for the OpenAPI document. */
import type {
  ConversationChangeResult,
  ConversationCreateDto,
  ConversationPage,
  ConversationView,
  MessageDeleted,
  MessageEdited,
  MessagePage,
  MessageSendDto,
  MessageSent,
  ReactionPage,
  SyncPage,
} from '@aeturnis/contracts';

const ANNA = { id: '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11', name: 'anna' };
const BEN = { id: '5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31', name: 'ben' };
const ID = '9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11';
const MESSAGE = '3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11';
const AT = '2026-03-01T18:00:00.000Z';
const LATER = '2026-03-01T18:01:30.000Z';

export const CREATE_EXAMPLE: ConversationCreateDto = {
  kind: 'group',
  participantIds: [BEN.id],
  title: 'Raid on Tuesday',
};

const { members, ...SUMMARY }: ConversationView = {
  id: ID,
  kind: 'group',
  title: 'Raid on Tuesday',
  createdAt: AT,
  lastMessageAt: LATER,
  head: 7,
  role: 'admin',
  readSeq: 5,
  deliveredSeq: 7,
  unread: 2,
  muted: false,
  members: [
    { ...ANNA, role: 'admin', readSeq: 5, deliveredSeq: 7 },
    { ...BEN, role: 'member', readSeq: 7, deliveredSeq: 7 },
  ],
};

export const CONVERSATION_EXAMPLE: ConversationView = { ...SUMMARY, members };
export const LIST_EXAMPLE: ConversationPage = { conversations: [SUMMARY], next: `1772388090000.${ID}` };
export const CHANGED_EXAMPLE: ConversationChangeResult = { conversationId: ID, seq: 8 };

export const SEND_EXAMPLE: MessageSendDto = { conversationId: ID, content: 'See you at the gate', tempId: 'draft-17' };
export const SENT_EXAMPLE: MessageSent = { messageId: MESSAGE, seq: 7, createdAt: LATER };
export const EDITED_EXAMPLE: MessageEdited = { messageId: MESSAGE, seq: 8, editedAt: LATER };
export const DELETED_EXAMPLE: MessageDeleted = { messageId: MESSAGE, seq: 9, deletedAt: LATER };

export const MESSAGES_EXAMPLE: MessagePage = {
  messages: [
    {
      id: MESSAGE,
      conversationId: ID,
      seq: 7,
      senderId: BEN.id,
      sender: BEN,
      content: 'See you at the gate',
      createdAt: LATER,
      tempId: 'draft-17',
      reactions: [{ id: '6a1f3f1d-5c11-4a53-9a3b-0b9bd1f07a3c', emoji: '👍', userId: ANNA.id }],
    },
  ],
  next: 7,
};

export const REACTIONS_EXAMPLE: ReactionPage = {
  reactions: [{ id: '6a1f3f1d-5c11-4a53-9a3b-0b9bd1f07a3c', emoji: '👍', userId: ANNA.id }],
  next: '8',
};

export const SYNC_EXAMPLE = { cursors: { [ID]: 8 } };
export const SYNC_ANSWER_EXAMPLE: SyncPage = {
  conversations: {
    [ID]: {
      events: [
        {
          seq: 9,
          type: 'message:deleted',
          data: { conversationId: ID, seq: 9, id: MESSAGE, deletedAt: LATER, deletedBy: BEN.id },
        },
      ],
      head: 9,
    },
  },
};
