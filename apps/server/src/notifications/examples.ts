/** Example payloads for the OpenAPI document. */
import type { NotificationPage, NotificationView } from '@aeturnis/contracts';

const NOTIFICATION: NotificationView = {
  id: '7c1de2f4-3b5a-4c8e-9d10-5a2b6c7d8e9f',
  kind: 'conversation',
  title: 'Messages in Raid on Tuesday',
  data: { conversationId: '9a57f0c2-4f6b-4d0e-8f6b-2f1f6a0c7e11', seq: 12 },
  count: 3,
  createdAt: '2026-03-01T18:00:00.000Z',
  expiresAt: '2026-03-31T18:00:00.000Z',
};

export const PAGE_EXAMPLE: NotificationPage = { notifications: [NOTIFICATION], next: '4711', unread: 1 };
export const UNREAD_EXAMPLE = { unread: 1 };
export const READ_EXAMPLE = { id: NOTIFICATION.id, unread: 0 };
export const READ_ALL_EXAMPLE = { read: 1, unread: 0 };
