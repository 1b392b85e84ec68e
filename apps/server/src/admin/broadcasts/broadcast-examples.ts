/** Example responses of the routes for announcements, checked against their types. */
import type { Announcement } from '@aeturnis/contracts';
import type { BroadcastPreview } from './audience.service';

export const ANNOUNCEMENT_EXAMPLE: Announcement = {
  id: '1042',
  message: 'The server restarts in ten minutes.',
  level: 'warning',
  createdAt: '2030-05-17T12:00:00.000Z',
};

export const PREVIEW_EXAMPLE: BroadcastPreview = { users: 208, connections: 214, unansweredNodes: [] };
