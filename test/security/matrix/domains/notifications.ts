/** Who may do what: notifications. Everybody has a list of their own; nobody reads, or marks as read, another's. */
import { command, route } from '../row';
import type { Scene } from '../scene';

const OWNED = { owned: true } as const;

const id = ({ notificationId }: Scene) => ({ params: { id: notificationId } });

export const notifications = [
  command('subscribe:notifications', { all: 'OK' }, () => ({})),
  command('unsubscribe:notifications', { all: 'OK' }, () => ({})),
  command('notification:list', { all: 'OK' }, () => ({})),
  command('notification:read', { all: 'NOT_FOUND', member: 'OK' }, ({ notificationId }) => ({ notificationId }), OWNED),
  command('notification:read_all', { all: 'OK' }, () => ({})),
  route('GET /api/notifications', { all: 200 }),
  route('GET /api/notifications/unread-count', { all: 200 }),
  route('POST /api/notifications/{id}/read', { all: 'NOT_FOUND', member: 200 }, id, OWNED),
  route('POST /api/notifications/read-all', { all: 200 }),
];
