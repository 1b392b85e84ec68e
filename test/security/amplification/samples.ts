/** For each command the payload by which it sends most for what it takes, in the scene of a hundred receivers. */
import { randomUUID } from 'node:crypto';
import type { COMMANDS } from '@aeturnis/contracts';
import { ask, type Scene } from './scene';

type CommandName = (typeof COMMANDS)[number]['name'];
type Sample = (scene: Scene) => object | Promise<object>;

const LONGEST_CHAT = 500;
const LONGEST_MESSAGE = 10_000;
const text = (length: number): string => 'x'.repeat(length);
const here = ({ conversationId }: Scene) => ({ conversationId });
const message = (scene: Scene) => ({ ...here(scene), messageId: scene.messageId });
const all = ({ others }: Scene) => others.map(({ id }) => id);

/** A command without one does not compile. In this order: what ends something comes late. */
export const SAMPLES: Record<CommandName, Sample> = {
  'system:ping': () => ({}),
  'auth:refresh': ({ caller }) => ({ token: caller.accessToken }),
  'presence:update': () => ({ activity: text(80) }),
  'presence:get': (scene) => ({ userIds: all(scene) }),
  'presence:subscribe': (scene) => ({ userIds: all(scene) }),
  'presence:unsubscribe': (scene) => ({ userIds: all(scene) }),
  'block:add': ({ strangers }) => ({ userId: strangers[0]?.id }),
  'block:list': () => ({}),
  'block:remove': ({ strangers }) => ({ userId: strangers[0]?.id }),
  'character:select': ({ caller }) => ({ characterId: caller.characterId }),
  'character:move': () => ({ seq: 1_000_000, x: 101.5, y: 102 }),
  'character:action': ({ caller }) => ({ action: 'wave', targetId: caller.characterId }),
  'character:status': () => ({ status: 'a'.repeat(40) }),
  'zone:population': () => ({ zone: 'harbor' }),
  'chat:message': () => ({ channel: 'global', text: 'a' }),
  'chat:whisper': ({ others }) => ({ toUserId: others[0]?.id, text: text(LONGEST_CHAT) }),
  'chat:emote': () => ({ emote: 'bow' }),
  'chat:typing': () => ({ channel: 'global' }),
  'chat:history': async ({ caller }) => {
    for (let n = 0; n < 100; n++)
      await ask(caller.client, 'chat:message', { channel: 'zone', text: `${n} ${text(LONGEST_CHAT - 5)}` });
    return { channel: 'zone', limit: 100 };
  },
  'conversation:join': here,
  'conversation:leave': here,
  'conversation:rename': (scene) => ({ ...here(scene), title: 'a' }),
  'conversation:create': (scene) => ({ kind: 'group', participantIds: all(scene) }),
  'conversation:add': async (scene) => {
    const group = await ask(scene.caller.client, 'conversation:create', { kind: 'group', participantIds: [] });
    return { conversationId: group['id'], userIds: all(scene) };
  },
  'conversation:mute': (scene) => ({ ...here(scene), muted: true }),
  'conversation:sync': (scene) => ({ cursors: { [scene.conversationId]: 0 } }),
  'presence:request': async (scene) => {
    for (const { client } of scene.others) await ask(client, 'conversation:join', here(scene));
    return here(scene);
  },
  'message:send': (scene) => ({ ...here(scene), content: text(LONGEST_MESSAGE) }),
  'message:update': (scene) => ({ ...message(scene), content: text(LONGEST_MESSAGE - 1) }),
  'reaction:add': (scene) => ({ ...message(scene), emoji: '🎉' }),
  'reaction:remove': (scene) => ({ ...message(scene), reactionId: scene.reactionId }),
  'typing:start': here,
  'typing:stop': here,
  'message:read': async (scene) => ({ ...here(scene), messageIds: await saidByOthers(scene) }),
  'message:delivered': async (scene) => ({ ...here(scene), messageIds: await saidByOthers(scene) }),
  'message:delete': message,
  'conversation:role': (scene) => ({ ...here(scene), userId: scene.others[0]?.id, role: 'admin' }),
  'conversation:remove': (scene) => ({ ...here(scene), userId: scene.others[1]?.id }),
  'conversation:quit': here,
  'subscribe:notifications': () => ({}),
  'notification:list': () => ({ limit: 100 }),
  'notification:read': () => ({ notificationId: randomUUID() }),
  'notification:read_all': () => ({}),
  'unsubscribe:notifications': () => ({}),
  'zone:enter': () => ({ exitId: 'waystone' }),
};

/** By a hundred authors, so that each is told of it. */
async function saidByOthers(scene: Scene): Promise<string[]> {
  const ids: string[] = [];
  for (const { client } of scene.others.slice(2)) {
    const { messageId } = await ask(client, 'message:send', { ...here(scene), content: 'read me' });
    ids.push(String(messageId));
  }
  return ids;
}
