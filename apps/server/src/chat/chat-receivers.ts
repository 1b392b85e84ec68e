/** Finds the user a whisper is for: by id, by the id of a character, by the account's name, or by the name of a character of theirs. */
import { Injectable } from '@nestjs/common';
import { AppError, type WhisperEntry } from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { CharactersService, type PersonReference, Persons } from '../characters';

type Receiver = WhisperEntry['to'];

@Injectable()
export class ChatReceivers {
  constructor(
    private readonly accounts: AccountsService,
    private readonly characters: CharactersService,
    private readonly persons: Persons,
  ) {}

  /** Named by its account. An account's name wins over a character's. @throws AppError NOT_FOUND. */
  async find({ name, ...person }: PersonReference & { name?: string | undefined }): Promise<Receiver> {
    const found = name === undefined ? await this.withId(await this.persons.userId(person)) : await this.named(name);
    if (!found) throw new AppError('NOT_FOUND', 'There is no such player');
    return found;
  }

  /** The users with these names, by `nameKey`. An account's name wins over a character's. */
  async allNamed(names: readonly string[]): Promise<Map<string, string>> {
    const [accounts, owners] = await Promise.all([this.accounts.findAllByName(names), this.characters.ownersOf(names)]);
    return new Map([...owners, ...accounts]);
  }

  /** By the account's name, or else by a character's. */
  async named(name: string): Promise<Receiver | null> {
    const account = await this.accounts.findByName(name);
    if (account) return { userId: account.id, name: account.name };
    const character = await this.characters.findByName(name);
    return character && this.withId(character.accountId);
  }

  private async withId(userId: string): Promise<Receiver | null> {
    const name = (await this.accounts.namesOf([userId])).get(userId);
    return name === undefined ? null : { userId, name };
  }
}
