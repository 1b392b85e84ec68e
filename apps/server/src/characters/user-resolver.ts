/** Resolves the users in commands, by user id or by character id. Other players see only characters of a user. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { CharactersRepository } from './characters.repository';
import { CharactersService } from './characters.service';

/** A contract accepts exactly one of these properties. */
export interface UserReference {
  userId?: string | undefined;
  characterId?: string | undefined;
}

export interface UserReferences {
  userIds?: readonly string[] | undefined;
  characterIds?: readonly string[] | undefined;
}

@Injectable()
export class UserResolver {
  constructor(
    private readonly characters: CharactersService,
    private readonly repository: CharactersRepository,
  ) {}

  /** Returns the id in lower case, without checking that a user id exists. @throws AppError NOT_FOUND for an unknown character. */
  async resolveUserId({ userId, characterId }: UserReference): Promise<string> {
    if (userId !== undefined) return userId;
    const id = characterId ?? '';
    const character = await this.characters.find(id);
    if (!character) throw unknownCharacters([id]);
    return character.accountId;
  }

  /** Returns user ids in the given order. @throws AppError NOT_FOUND that lists the unknown characters. */
  async resolveUserIds({ userIds, characterIds = [] }: UserReferences): Promise<string[]> {
    if (userIds !== undefined) return [...userIds];
    const ids = [...characterIds];
    const owners = await this.repository.findOwnersById(ids);
    const missing = ids.filter((id) => !owners.has(id));
    if (missing.length > 0) throw unknownCharacters(missing);
    return ids.map((id) => owners.get(id) ?? '');
  }
}

const unknownCharacters = (characterIds: readonly string[]): AppError =>
  new AppError('NOT_FOUND', 'There is no such character', { details: { characterIds } });
