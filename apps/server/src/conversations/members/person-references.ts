/** Replaces character ids in payloads with the ids of their users. */
import type { ConversationCreateDto } from '@aeturnis/contracts';
import type { UserReference, UserReferences, UserResolver } from '../../characters';

/** @throws AppError NOT_FOUND for an unknown character. */
export async function resolveUser<Dto extends UserReference>(
  { userId, characterId, ...rest }: Dto,
  resolver: UserResolver,
): Promise<Omit<Dto, keyof UserReference> & { userId: string }> {
  return { ...rest, userId: await resolver.resolveUserId({ userId, characterId }) };
}

/** @throws AppError NOT_FOUND for an unknown character. */
export async function resolveUsers<Dto extends UserReferences>(
  { userIds, characterIds, ...rest }: Dto,
  resolver: UserResolver,
): Promise<Omit<Dto, keyof UserReferences> & { userIds: string[] }> {
  return { ...rest, userIds: await resolver.resolveUserIds({ userIds, characterIds }) };
}

export interface NewConversation extends Pick<ConversationCreateDto, 'kind' | 'title' | 'clientId'> {
  participantIds: string[];
}

/** @throws AppError NOT_FOUND for an unknown character. */
export async function resolveParticipants(
  { kind, title, clientId, participantIds, participantCharacterIds }: ConversationCreateDto,
  resolver: UserResolver,
): Promise<NewConversation> {
  const ids = await resolver.resolveUserIds({ userIds: participantIds, characterIds: participantCharacterIds });
  return {
    kind,
    participantIds: ids,
    ...(title === undefined ? {} : { title }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}
