/** Who may do what: messages of conversations, of which the owner has written one and reacted to it. */
import type { Outcome } from '../columns';
import { command, route } from '../row';
import type { Scene } from '../scene';
import { deciders, here, members } from './conversations';

/** Nobody but the author may, a decider neither. */
const author = (done: Outcome) => ({ ...deciders('FORBIDDEN'), member: done });
const OWNED = { owned: true } as const;

const message = (scene: Scene) => ({ ...here(scene), messageId: scene.messageId });
const ids = (scene: Scene) => ({ ...here(scene), messageIds: [scene.messageId] });
const path = ({ messageId }: Scene) => ({ params: { id: messageId } });

export const messages = [
  command('message:send', members('OK'), (scene) => ({ ...here(scene), content: 'hello' })),
  command('message:update', author('OK'), (scene) => ({ ...message(scene), content: 'mine' }), OWNED),
  command('message:delete', deciders('OK'), message),
  command('message:read', members('OK'), ids),
  command('message:delivered', members('OK'), ids),
  command('reaction:add', members('OK'), (scene) => ({ ...message(scene), emoji: '👍' })),
  command('reaction:remove', author('OK'), (scene) => ({ ...message(scene), reactionId: scene.reactionId }), OWNED),
  command('typing:start', members('OK'), here),
  command('typing:stop', members('OK'), here),
  route('POST /api/messages', members(201), (scene) => ({ body: { ...here(scene), content: 'hello' } })),
  route('GET /api/messages', members(200), (scene) => ({ query: here(scene) })),
  route('GET /api/messages/{id}/reactions', members(200), path),
  route('PATCH /api/messages/{id}', author(200), (scene) => ({ ...path(scene), body: { content: 'mine' } }), OWNED),
  route('DELETE /api/messages/{id}', deciders(200), path),
  // Conversations that one has never been in are left out of the answer.
  route('POST /api/sync', { all: 200 }, ({ conversationId }) => ({ body: { cursors: { [conversationId]: 0 } } })),
];
