/**
 * What belongs to the owner: a group with a message and a reaction to it, two characters (one of them is played), a
 * notification, and a duel. Beside it there are fights of others.
 */
import { randomUUID } from 'node:crypto';
import type { CharacterView, NotificationView } from '@aeturnis/contracts';
import { createCharacter } from '../../support/clients/client';
import { callApi } from '../../support/clients/http';
import type { Actors, MatrixActor } from './actors';
import type { Column } from './columns';
import { type FightIds, FightStage } from './fight-stage';

export interface MatrixScene extends FightIds {
  readonly owner: MatrixActor;
  /** An ordinary member, and a user in no conversation. */
  readonly companionId: string;
  readonly outsiderId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly reactionId: string;
  /** A character of the owner that is not played. */
  readonly spareCharacterId: string;
  /** An unread notification of the owner. */
  readonly notificationId: string;
}

export type Cast = Readonly<Record<Exclude<Column, 'anonymous'>, MatrixActor>> &
  Pick<MatrixScene, 'owner' | 'companionId' | 'outsiderId'> & { readonly url: string; readonly fights: FightStage };

/** A message sent to the group after the former member was removed. */
export const SECRET = 'what only members know';

/** A scene of random ids: nothing in it exists. */
export function nonexistentScene(scene: MatrixScene): MatrixScene {
  return {
    owner: { ...scene.owner, id: randomUUID(), characterId: randomUUID() },
    companionId: randomUUID(),
    outsiderId: randomUUID(),
    conversationId: randomUUID(),
    messageId: randomUUID(),
    reactionId: randomUUID(),
    spareCharacterId: randomUUID(),
    notificationId: randomUUID(),
    duelId: randomUUID(),
    challengeId: randomUUID(),
    huntId: randomUUID(),
    endedFightId: randomUUID(),
    freeMonsterId: randomUUID(),
  };
}

export async function joinCast(actors: Actors, url: string): Promise<Cast> {
  const [companion, outsider] = [await actors.guest(), await actors.guest()];
  const cast = {
    url,
    companionId: companion.id,
    outsiderId: outsider.id,
    owner: await actors.join('owner'),
    stranger: await actors.join('stranger'),
    member: await actors.join('member'),
    former: await actors.join('former'),
    blocked: await actors.join('blocked'),
    moderator: await actors.join('moderator'),
    admin: await actors.join('admin'),
    fights: await FightStage.open(actors),
  };
  // Contacts of the owner: strangers could add them to few groups, and each scene has one of its own.
  for (const member of [cast.member, cast.former, cast.blocked, cast.moderator, companion])
    await writeTo(cast.owner, member, url);
  return cast;
}

async function writeTo(
  owner: MatrixActor,
  { accessToken: token }: { accessToken: string },
  url: string,
): Promise<void> {
  const direct = { kind: 'direct', participantIds: [owner.id] };
  const { body } = await callApi(url, 'POST', '/api/conversations', { token, body: direct });
  const message = { conversationId: body['id'], content: 'Hello' };
  const { status } = await callApi(url, 'POST', '/api/messages', { token, body: message });
  if (status >= 300) throw new Error(`a message to the owner was answered by ${status}`);
}

export async function makeScene(cast: Cast): Promise<MatrixScene> {
  const { owner, companionId, outsiderId, member, former, blocked, moderator } = cast;
  const client = await owner.connection();
  const ask = async (command: string, payload: object): Promise<Record<string, unknown>> => {
    const { success, ...result } = await client.send(command, payload);
    if (!success) throw new Error(`the owner's ${command} was refused: ${JSON.stringify(result)}`);
    return result;
  };
  const participantIds = [member, former, blocked, moderator].map(({ id }) => id).concat(companionId);
  const { id } = await ask('conversation:create', { kind: 'group', participantIds });
  const conversationId = String(id);
  await ask('conversation:remove', { conversationId, userId: former.id });
  await ask('conversation:role', { conversationId, userId: moderator.id, role: 'admin' });
  const { messageId } = await ask('message:send', { conversationId, content: SECRET });
  const sender = await member.connection();
  await sender.send('chat:message', { channel: 'global', text: `@${owner.name} ${randomUUID()}` });
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
    ...(await cast.fights.prepare(owner)),
  };
}

async function spareCharacter({ owner, url }: Cast): Promise<string> {
  const { body } = await callApi(url, 'GET', '/api/characters', { token: owner.accessToken });
  const spare = (body as unknown as CharacterView[]).find(({ id }) => id !== owner.characterId);
  return (spare ?? (await createCharacter(url, owner))).id;
}
