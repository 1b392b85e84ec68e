/** For each command, the payload that sends most for its size in the scene of a hundred receivers. */
import { randomUUID } from 'node:crypto';
import type { COMMANDS } from '@aeturnis/contracts';
import { sendOrThrow, type AmplificationScene } from './amplification-scene';
import {
  challengePayload,
  cleavePayload,
  duelOfOthers,
  lastConsent,
  lastPlaceOfHunt,
  lastTurnOfRound,
  longHistoryPayload,
  openChallenge,
  watchedDuel,
} from './fight-samples';

type CommandName = (typeof COMMANDS)[number]['name'];
type Sample = (scene: AmplificationScene) => object | Promise<object>;

const LONGEST_CHAT = 500;
const LONGEST_MESSAGE = 10_000;
const text = (length: number): string => 'x'.repeat(length);
const conversationPayload = ({ conversationId }: AmplificationScene) => ({ conversationId });
const messagePayload = (scene: AmplificationScene) => ({ ...conversationPayload(scene), messageId: scene.messageId });
const otherIds = ({ others }: AmplificationScene) => others.map(({ id }) => id);

/** A command without a sample does not compile. They run in this order, so commands that end something come last. */
export const SAMPLES: Record<CommandName, Sample> = {
  'system:ping': () => ({}),
  'auth:refresh': ({ caller }) => ({ token: caller.accessToken }),
  'presence:update': () => ({ activity: text(80) }),
  'presence:get': (scene) => ({ userIds: otherIds(scene) }),
  'presence:subscribe': (scene) => ({ userIds: otherIds(scene) }),
  'presence:unsubscribe': (scene) => ({ userIds: otherIds(scene) }),
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
      await sendOrThrow(caller.client, 'chat:message', { channel: 'zone', text: `${n} ${text(LONGEST_CHAT - 5)}` });
    return { channel: 'zone', limit: 100 };
  },
  'conversation:join': conversationPayload,
  'conversation:leave': conversationPayload,
  'conversation:rename': (scene) => ({ ...conversationPayload(scene), title: 'a' }),
  'conversation:create': (scene) => ({ kind: 'group', participantIds: otherIds(scene) }),
  'conversation:add': async (scene) => {
    const group = await sendOrThrow(scene.caller.client, 'conversation:create', { kind: 'group', participantIds: [] });
    return { conversationId: group['id'], userIds: otherIds(scene) };
  },
  'conversation:mute': (scene) => ({ ...conversationPayload(scene), muted: true }),
  'conversation:sync': (scene) => ({ cursors: { [scene.conversationId]: 0 } }),
  'presence:request': async (scene) => {
    for (const { client } of scene.others) await sendOrThrow(client, 'conversation:join', conversationPayload(scene));
    return conversationPayload(scene);
  },
  'message:send': (scene) => ({ ...conversationPayload(scene), content: text(LONGEST_MESSAGE) }),
  'message:update': (scene) => ({ ...messagePayload(scene), content: text(LONGEST_MESSAGE - 1) }),
  'reaction:add': (scene) => ({ ...messagePayload(scene), emoji: '🎉' }),
  'reaction:remove': (scene) => ({ ...messagePayload(scene), reactionId: scene.reactionId }),
  'typing:start': conversationPayload,
  'typing:stop': conversationPayload,
  'message:read': async (scene) => ({ ...conversationPayload(scene), messageIds: await messagesOfOthers(scene) }),
  'message:delivered': async (scene) => ({ ...conversationPayload(scene), messageIds: await messagesOfOthers(scene) }),
  'message:delete': messagePayload,
  'conversation:role': (scene) => ({ ...conversationPayload(scene), userId: scene.others[0]?.id, role: 'admin' }),
  'conversation:remove': (scene) => ({ ...conversationPayload(scene), userId: scene.others[1]?.id }),
  'conversation:quit': conversationPayload,
  'subscribe:notifications': () => ({}),
  'notification:list': () => ({ limit: 100 }),
  'notification:read': () => ({ notificationId: randomUUID() }),
  'notification:read_all': () => ({}),
  'unsubscribe:notifications': () => ({}),
  // Refused: what an administrator subscribes to is sent by the clock, not by the command.
  'admin:subscribe': () => ({}),
  'admin:unsubscribe': () => ({}),
  'zone:enter': () => ({ exitId: 'waystone' }),
  'combat:start': challengePayload,
  'combat:decline': openChallenge,
  'combat:accept': lastConsent,
  'combat:flee': lastTurnOfRound,
  'combat:spectate': duelOfOthers,
  'combat:leave_spectate': watchedDuel,
  'combat:action': cleavePayload,
  'combat:history': longHistoryPayload,
  'combat:join': lastPlaceOfHunt,
};

/** Messages of the other members, so that each author receives a receipt. */
async function messagesOfOthers(scene: AmplificationScene): Promise<string[]> {
  const ids: string[] = [];
  for (const { client } of scene.others.slice(2)) {
    const { messageId } = await sendOrThrow(client, 'message:send', {
      ...conversationPayload(scene),
      content: 'read me',
    });
    ids.push(String(messageId));
  }
  return ids;
}
