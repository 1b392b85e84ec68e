/** Finds the users that commands name: by their ids, or by characters of theirs, which are all that others see of them. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { CharactersRepository } from './characters.repository';
import { CharactersService } from './characters.service';

/** Of these properties a contract takes exactly one. */
export interface PersonReference {
  userId?: string | undefined;
  characterId?: string | undefined;
}

export interface PersonReferences {
  userIds?: readonly string[] | undefined;
  characterIds?: readonly string[] | undefined;
}

@Injectable()
export class Persons {
  constructor(
    private readonly characters: CharactersService,
    private readonly repository: CharactersRepository,
  ) {}

  /** In lower case; whether there is such a user is not looked up. @throws AppError NOT_FOUND for an unknown character. */
  async userId({ userId, characterId }: PersonReference): Promise<string> {
    if (userId !== undefined) return userId;
    const id = characterId ?? '';
    const character = await this.characters.find(id);
    if (!character) throw unknown([id]);
    return character.accountId;
  }

  /** In the order given. @throws AppError NOT_FOUND that names the unknown characters. */
  async userIds({ userIds, characterIds = [] }: PersonReferences): Promise<string[]> {
    if (userIds !== undefined) return [...userIds];
    const ids = [...characterIds];
    const owners = await this.repository.ownersById(ids);
    const missing = ids.filter((id) => !owners.has(id));
    if (missing.length > 0) throw unknown(missing);
    return ids.map((id) => owners.get(id) ?? '');
  }
}

const unknown = (characterIds: readonly string[]): AppError =>
  new AppError('NOT_FOUND', 'There is no such character', { details: { characterIds } });
