/** Who may do what: conversations as such. For those who never were in one, it does not exist. */
import { command, route } from '../row';
import type { Scene } from '../scene';
import type { Outcome } from '../columns';

const REFUSED = { stranger: 'NOT_FOUND', admin: 'NOT_FOUND', former: 'NOT_PARTICIPANT' } as const;
/** Every member may. */
export const members = (done: Outcome) => ({ ...REFUSED, all: done });
/** Those who decide may: here, the moderator. */
export const deciders = (done: Outcome) => ({ ...REFUSED, moderator: done, all: 'FORBIDDEN' as const });

export const here = ({ conversationId }: Scene) => ({ conversationId });
const other = (scene: Scene) => ({ ...here(scene), userId: scene.companionId });
const path = ({ conversationId }: Scene) => ({ params: { id: conversationId } });
const memberPath = ({ conversationId, companionId }: Scene) => ({
  params: { id: conversationId, userId: companionId },
});

export const conversations = [
  command('conversation:create', { all: 'OK' }, ({ owner }) => ({ kind: 'group', participantIds: [owner.id] })),
  command('conversation:create (direct)', { all: 'OK' }, ({ owner }) => ({
    kind: 'direct',
    participantIds: [owner.id],
  })),
  command('conversation:join', members('OK'), here),
  command('conversation:leave', members('OK'), here),
  command('presence:request', members('OK'), here),
  command('conversation:mute', members('OK'), (scene) => ({ ...here(scene), muted: true })),
  command('conversation:rename', deciders('OK'), (scene) => ({ ...here(scene), title: 'Mine' })),
  command('conversation:add', deciders('OK'), (scene) => ({ ...here(scene), userIds: [scene.outsiderId] })),
  command('conversation:role', deciders('OK'), (scene) => ({ ...other(scene), role: 'admin' })),
  command('conversation:remove', deciders('OK'), other),
  command('conversation:remove (oneself)', members('OK'), (scene, caller) => ({ ...here(scene), userId: caller.id })),
  command('conversation:quit', members('OK'), here),
  // Conversations that one has never been in are left out of the answer.
  command('conversation:sync', { all: 'OK' }, ({ conversationId }) => ({ cursors: { [conversationId]: 0 } })),
  route('POST /api/conversations', { all: 201 }, ({ owner }) => ({
    body: { kind: 'group', participantIds: [owner.id] },
  })),
  route('GET /api/conversations', { all: 200 }),
  route('GET /api/conversations/{id}', members(200), path),
  route('PATCH /api/conversations/{id}', deciders(200), (scene) => ({ ...path(scene), body: { title: 'Mine' } })),
  route('PUT /api/conversations/{id}/mute', members(200), (scene) => ({ ...path(scene), body: { muted: true } })),
  route('POST /api/conversations/{id}/members', deciders(200), (scene) => ({
    ...path(scene),
    body: { userIds: [scene.outsiderId] },
  })),
  route('PATCH /api/conversations/{id}/members/{userId}', deciders(200), (scene) => ({
    ...memberPath(scene),
    body: { role: 'admin' },
  })),
  route('DELETE /api/conversations/{id}/members/{userId}', deciders(200), memberPath),
  route('DELETE /api/conversations/{id}/members/{userId} (oneself)', members(200), ({ conversationId }, caller) => ({
    params: { id: conversationId, userId: caller.id },
  })),
];
