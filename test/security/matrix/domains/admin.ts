/** Rows of the authorisation matrix: administration, which requires the role `admin`. */
import type { MatrixOutcome } from '../columns';
import { commandRow, routeRow } from '../row';
import type { MatrixScene } from '../matrix-scene';

const allowAdmins = (done: MatrixOutcome) => ({ admin: done, all: 'FORBIDDEN' as const });
const user = ({ outsiderId }: MatrixScene) => ({ params: { id: outsiderId } });

export const adminRows = [
  routeRow('GET /api/admin/overview', allowAdmins(200)),
  routeRow('GET /api/admin/figures', allowAdmins(200)),
  commandRow('admin:subscribe', allowAdmins('OK'), () => ({})),
  commandRow('admin:unsubscribe', allowAdmins('OK'), () => ({})),
  routeRow('GET /api/admin/nodes', allowAdmins(200)),
  // Of a node that does not exist: the server of the matrix must go on.
  ...['drain', 'kill'].map((action) =>
    routeRow(`POST /api/admin/nodes/{id}/${action}`, allowAdmins('NOT_FOUND'), () => ({
      params: { id: 'no-such-node' },
      body: { reason: 'New machine' },
    })),
  ),
  routeRow('GET /api/admin/sockets', allowAdmins(200), () => ({ query: { limit: '5' } })),
  routeRow('GET /api/admin/rooms', allowAdmins(200), () => ({ query: { kind: 'zone' } })),
  routeRow('GET /api/admin/rooms/{name}/members', allowAdmins(200), () => ({ params: { name: 'global:chat' } })),
  routeRow('GET /api/admin/limits', allowAdmins(200)),
  routeRow('GET /api/admin/log-level', allowAdmins(200)),
  routeRow('PUT /api/admin/log-level', allowAdmins(200), () => ({
    body: { level: 'error', reason: 'Looking for lost moves' },
  })),
  routeRow('GET /api/admin/users', allowAdmins(200)),
  routeRow('GET /api/admin/audit', allowAdmins(200)),
  ...['actor', 'action', 'target', 'actor and action'].map((filter) =>
    routeRow(`GET /api/admin/audit (by ${filter})`, allowAdmins(200), ({ outsiderId, owner }) => {
      const values = { actor: owner.id, action: 'user.unban', target: outsiderId };
      const names = filter.split(' and ') as (keyof typeof values)[];
      return { query: Object.fromEntries(names.map((name) => [name, values[name]])) };
    }),
  ),
  routeRow('POST /api/admin/broadcasts', allowAdmins(201), () => ({
    body: { target: 'all', message: 'hello', level: 'info' },
  })),
  routeRow('POST /api/admin/broadcasts (room)', allowAdmins(201), () => ({
    body: { target: 'room', id: 'global:chat', message: 'hello', level: 'info' },
  })),
  routeRow('POST /api/admin/broadcasts/preview', allowAdmins(200), () => ({ body: { target: 'all' } })),
  routeRow('POST /api/admin/users/{id}/disconnect', allowAdmins(204), user),
  routeRow('POST /api/admin/users/{id}/ban', allowAdmins(204), (scene) => ({
    ...user(scene),
    body: { reason: 'spam' },
  })),
  routeRow('POST /api/admin/users/{id}/unban', allowAdmins(204), user),
  routeRow('GET /api/admin/users/{id}', allowAdmins(200), user),
  routeRow('GET /api/admin/users/{id}/notes', allowAdmins(200), user),
  routeRow('POST /api/admin/users/{id}/notes', allowAdmins(201), (scene) => ({
    ...user(scene),
    body: { text: 'Asked twice for a refund.' },
  })),
  // Of a registered user, whose roles the request does not change.
  routeRow('PUT /api/admin/users/{id}/roles', allowAdmins(204), ({ owner }) => ({
    params: { id: owner.id },
    body: { roles: ['player'], reason: 'Leaves the team' },
  })),
  routeRow('POST /api/admin/users/{id}/log-out', allowAdmins(204), (scene) => ({
    ...user(scene),
    body: { reason: 'The password was stolen' },
  })),
  routeRow('GET /api/admin/users/{id}/export', allowAdmins(200), user),
  routeRow('GET /api/admin/combats', allowAdmins(200)),
  routeRow('POST /api/admin/combats/{id}/end', allowAdmins(204), ({ duelId }) => ({ params: { id: duelId } })),
];
