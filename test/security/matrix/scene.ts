/**
 * What belongs to the owner: a group with a message and a reaction to it, two characters, one of which is played, and a
 * notification.
 */
import { randomUUID } from 'node:crypto';
import type { CharacterView, NotificationView } from '@aeturnis/contracts';
import { createCharacter } from '../../support/client';
import { call } from '../../support/http';
import type { Actor } from './actors';
import type { Column } from './columns';

export interface Scene {
  readonly owner: Actor;
  /** A member like any other, and somebody who is in nothing. */
  readonly companionId: string;
  readonly outsiderId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly reactionId: string;
  /** Of the owner, and not played. */
  readonly spareCharacterId: string;
  /** Of the owner, and unread. */
  readonly notificationId: string;
}

export type Cast = Readonly<Record<Exclude<Column, 'anonymous'>, Actor>> &
  Pick<Scene, 'owner' | 'companionId' | 'outsiderId'> & { readonly url: string };

/** Said in the group after the former member was taken out of it. */
export const SECRET = 'what only members know';

/** The same, of which nothing exists. */
export function nowhere(scene: Scene): Scene {
  return {
    owner: { ...scene.owner, id: randomUUID(), characterId: randomUUID() },
    companionId: randomUUID(),
    outsiderId: randomUUID(),
    conversationId: randomUUID(),
    messageId: randomUUID(),
    reactionId: randomUUID(),
    spareCharacterId: randomUUID(),
    notificationId: randomUUID(),
  };
}

/** Begins it anew. */
export async function makeScene(cast: Cast): Promise<Scene> {
  const { owner, companionId, outsiderId, member, former, blocked, moderator } = cast;
  const client = await owner.connection();
  const ask = async (command: string, payload: object): Promise<Record<string, unknown>> => {
    const { success, ...result } = await client.send(command, payload);
    if (!success) throw new Error(`${command} of the owner: ${JSON.stringify(result)}`);
    return result;
  };
  const participantIds = [member, former, blocked, moderator].map(({ id }) => id).concat(companionId);
  const { id } = await ask('conversation:create', { kind: 'group', participantIds });
  const conversationId = String(id);
  await ask('conversation:remove', { conversationId, userId: former.id });
  await ask('conversation:role', { conversationId, userId: moderator.id, role: 'admin' });
  const { messageId } = await ask('message:send', { conversationId, content: SECRET });
  const companion = await member.connection();
  await companion.send('chat:message', { channel: 'global', text: `@${owner.name} ${randomUUID()}` });
  const { notifications } = await ask('notification:list', { limit: 1 });
  const [mention] = notifications as NotificationView[];
  const { reactionId } = await ask('reaction:add', { conversationId, messageId, emoji: '🔒' });
  return {
    owner,
    companionId,
    outsiderId,
    conversationId,
    messageId: String(messageId),
    reactionId: String(reactionId),
    spareCharacterId: await spareCharacter(cast),
    notificationId: mention?.id ?? '',
  };
}

async function spareCharacter({ owner, url }: Cast): Promise<string> {
  const { body } = await call(url, 'GET', '/api/characters', { token: owner.accessToken });
  const spare = (body as unknown as CharacterView[]).find(({ id }) => id !== owner.characterId);
  return (spare ?? (await createCharacter(url, owner))).id;
}
