/** Rows of the authorisation matrix: conversations. A conversation does not exist for users who were never in it. */
import { commandRow, routeRow } from '../row';
import type { MatrixScene } from '../matrix-scene';
import type { MatrixOutcome } from '../columns';

const REFUSED = { stranger: 'NOT_FOUND', admin: 'NOT_FOUND', former: 'NOT_PARTICIPANT' } as const;
/** Every member is allowed. */
export const allowMembers = (done: MatrixOutcome) => ({ ...REFUSED, all: done });
/** Admins of the conversation are allowed: here, the moderator. */
export const allowDeciders = (done: MatrixOutcome) => ({ ...REFUSED, moderator: done, all: 'FORBIDDEN' as const });

export const conversationPayload = ({ conversationId }: MatrixScene) => ({ conversationId });
const other = (scene: MatrixScene) => ({ ...conversationPayload(scene), userId: scene.companionId });
const path = ({ conversationId }: MatrixScene) => ({ params: { id: conversationId } });
const memberPath = ({ conversationId, companionId }: MatrixScene) => ({
  params: { id: conversationId, userId: companionId },
});

export const conversationRows = [
  commandRow('conversation:create', { all: 'OK' }, ({ owner }) => ({ kind: 'group', participantIds: [owner.id] })),
  commandRow('conversation:create (direct)', { all: 'OK' }, ({ owner }) => ({
    kind: 'direct',
    participantIds: [owner.id],
  })),
  commandRow('conversation:join', allowMembers('OK'), conversationPayload),
  commandRow('conversation:leave', allowMembers('OK'), conversationPayload),
  commandRow('presence:request', allowMembers('OK'), conversationPayload),
  commandRow('conversation:mute', allowMembers('OK'), (scene) => ({ ...conversationPayload(scene), muted: true })),
  commandRow('conversation:rename', allowDeciders('OK'), (scene) => ({ ...conversationPayload(scene), title: 'Mine' })),
  commandRow('conversation:add', allowDeciders('OK'), (scene) => ({
    ...conversationPayload(scene),
    userIds: [scene.outsiderId],
  })),
  commandRow('conversation:role', allowDeciders('OK'), (scene) => ({ ...other(scene), role: 'admin' })),
  commandRow('conversation:remove', allowDeciders('OK'), other),
  commandRow('conversation:remove (oneself)', allowMembers('OK'), (scene, caller) => ({
    ...conversationPayload(scene),
    userId: caller.id,
  })),
  commandRow('conversation:quit', allowMembers('OK'), conversationPayload),
  // Conversations that the caller was never in are left out of the answer.
  commandRow('conversation:sync', { all: 'OK' }, ({ conversationId }) => ({ cursors: { [conversationId]: 0 } })),
  routeRow('POST /api/conversations', { all: 201 }, ({ owner }) => ({
    body: { kind: 'group', participantIds: [owner.id] },
  })),
  routeRow('GET /api/conversations', { all: 200 }),
  routeRow('GET /api/conversations/{id}', allowMembers(200), path),
  routeRow('PATCH /api/conversations/{id}', allowDeciders(200), (scene) => ({
    ...path(scene),
    body: { title: 'Mine' },
  })),
  routeRow('PUT /api/conversations/{id}/mute', allowMembers(200), (scene) => ({
    ...path(scene),
    body: { muted: true },
  })),
  routeRow('POST /api/conversations/{id}/members', allowDeciders(200), (scene) => ({
    ...path(scene),
    body: { userIds: [scene.outsiderId] },
  })),
  routeRow('PATCH /api/conversations/{id}/members/{userId}', allowDeciders(200), (scene) => ({
    ...memberPath(scene),
    body: { role: 'admin' },
  })),
  routeRow('DELETE /api/conversations/{id}/members/{userId}', allowDeciders(200), memberPath),
  routeRow(
    'DELETE /api/conversations/{id}/members/{userId} (oneself)',
    allowMembers(200),
    ({ conversationId }, caller) => ({
      params: { id: conversationId, userId: caller.id },
    }),
  ),
];
