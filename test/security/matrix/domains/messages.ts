/** Rows of the authorisation matrix: messages of conversations. The owner has written one and reacted to it. */
import type { MatrixOutcome } from '../columns';
import { commandRow, routeRow } from '../row';
import type { MatrixScene } from '../matrix-scene';
import { allowDeciders, conversationPayload, allowMembers } from './conversations';

/** Only the author is allowed; admins of the conversation are not. */
const allowAuthor = (done: MatrixOutcome) => ({ ...allowDeciders('FORBIDDEN'), member: done });
const OWNED = { owned: true } as const;

const messagePayload = (scene: MatrixScene) => ({ ...conversationPayload(scene), messageId: scene.messageId });
const ids = (scene: MatrixScene) => ({ ...conversationPayload(scene), messageIds: [scene.messageId] });
const path = ({ messageId }: MatrixScene) => ({ params: { id: messageId } });

export const messageRows = [
  commandRow('message:send', allowMembers('OK'), (scene) => ({ ...conversationPayload(scene), content: 'hello' })),
  commandRow('message:update', allowAuthor('OK'), (scene) => ({ ...messagePayload(scene), content: 'mine' }), OWNED),
  commandRow('message:delete', allowDeciders('OK'), messagePayload),
  commandRow('message:read', allowMembers('OK'), ids),
  commandRow('message:delivered', allowMembers('OK'), ids),
  commandRow('reaction:add', allowMembers('OK'), (scene) => ({ ...messagePayload(scene), emoji: '👍' })),
  commandRow(
    'reaction:remove',
    allowAuthor('OK'),
    (scene) => ({ ...messagePayload(scene), reactionId: scene.reactionId }),
    OWNED,
  ),
  commandRow('typing:start', allowMembers('OK'), conversationPayload),
  commandRow('typing:stop', allowMembers('OK'), conversationPayload),
  routeRow('POST /api/messages', allowMembers(201), (scene) => ({
    body: { ...conversationPayload(scene), content: 'hello' },
  })),
  routeRow('GET /api/messages', allowMembers(200), (scene) => ({ query: conversationPayload(scene) })),
  routeRow('GET /api/messages/{id}/reactions', allowMembers(200), path),
  routeRow(
    'PATCH /api/messages/{id}',
    allowAuthor(200),
    (scene) => ({ ...path(scene), body: { content: 'mine' } }),
    OWNED,
  ),
  routeRow('DELETE /api/messages/{id}', allowDeciders(200), path),
  // Conversations that the caller was never in are left out of the answer.
  routeRow('POST /api/sync', { all: 200 }, ({ conversationId }) => ({ body: { cursors: { [conversationId]: 0 } } })),
];
