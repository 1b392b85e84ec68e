/** Rows of the authorisation matrix: notifications. Each user has a list, which no other user can read or mark as read. */
import { commandRow, routeRow } from '../row';
import type { MatrixScene } from '../matrix-scene';

const OWNED = { owned: true } as const;

const id = ({ notificationId }: MatrixScene) => ({ params: { id: notificationId } });

export const notificationRows = [
  commandRow('subscribe:notifications', { all: 'OK' }, () => ({})),
  commandRow('unsubscribe:notifications', { all: 'OK' }, () => ({})),
  commandRow('notification:list', { all: 'OK' }, () => ({})),
  commandRow(
    'notification:read',
    { all: 'NOT_FOUND', member: 'OK' },
    ({ notificationId }) => ({ notificationId }),
    OWNED,
  ),
  commandRow('notification:read_all', { all: 'OK' }, () => ({})),
  routeRow('GET /api/notifications', { all: 200 }),
  routeRow('GET /api/notifications/unread-count', { all: 200 }),
  routeRow('POST /api/notifications/{id}/read', { all: 'NOT_FOUND', member: 200 }, id, OWNED),
  routeRow('POST /api/notifications/read-all', { all: 200 }),
];
