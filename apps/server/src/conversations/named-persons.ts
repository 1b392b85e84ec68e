/** Payloads whose users were named by characters of theirs, with the ids of the users in their place. */
import type { ConversationCreateDto } from '@aeturnis/contracts';
import type { PersonReference, PersonReferences, Persons } from '../characters';

/** @throws AppError NOT_FOUND for an unknown character. */
export async function withUser<Dto extends PersonReference>(
  { userId, characterId, ...rest }: Dto,
  persons: Persons,
): Promise<Omit<Dto, keyof PersonReference> & { userId: string }> {
  return { ...rest, userId: await persons.userId({ userId, characterId }) };
}

/** @throws AppError NOT_FOUND for an unknown character. */
export async function withUsers<Dto extends PersonReferences>(
  { userIds, characterIds, ...rest }: Dto,
  persons: Persons,
): Promise<Omit<Dto, keyof PersonReferences> & { userIds: string[] }> {
  return { ...rest, userIds: await persons.userIds({ userIds, characterIds }) };
}

export interface NewConversation extends Pick<ConversationCreateDto, 'kind' | 'title' | 'clientId'> {
  participantIds: string[];
}

/** @throws AppError NOT_FOUND for an unknown character. */
export async function withParticipants(
  { kind, title, clientId, participantIds, participantCharacterIds }: ConversationCreateDto,
  persons: Persons,
): Promise<NewConversation> {
  const ids = await persons.userIds({ userIds: participantIds, characterIds: participantCharacterIds });
  return {
    kind,
    participantIds: ids,
    ...(title === undefined ? {} : { title }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}
