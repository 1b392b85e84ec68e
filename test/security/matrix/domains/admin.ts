/** Who may do what: administration, which is for the role `admin` alone. */
import type { Outcome } from '../columns';
import { route } from '../row';
import type { Scene } from '../scene';

const admins = (done: Outcome) => ({ admin: done, all: 'FORBIDDEN' as const });
const user = ({ outsiderId }: Scene) => ({ params: { id: outsiderId } });

export const admin = [
  route('GET /api/admin/overview', admins(200)),
  route('GET /api/admin/users', admins(200)),
  route('GET /api/admin/audit', admins(200)),
  route('POST /api/admin/broadcasts', admins(201), () => ({
    body: { target: 'all', message: 'hello', level: 'info' },
  })),
  route('POST /api/admin/users/{id}/disconnect', admins(204), user),
  route('POST /api/admin/users/{id}/ban', admins(204), (scene) => ({ ...user(scene), body: { reason: 'spam' } })),
  route('POST /api/admin/users/{id}/unban', admins(204), user),
];
