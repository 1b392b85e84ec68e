/** Finds the user a whisper is for: by id, by the account's name, or by the name of a character of theirs. */
import { Injectable } from '@nestjs/common';
import { AppError, type WhisperEntry } from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { CharactersService } from '../characters';

type Receiver = WhisperEntry['to'];

@Injectable()
export class ChatReceivers {
  constructor(
    private readonly accounts: AccountsService,
    private readonly characters: CharactersService,
  ) {}

  /** Named by its account. An account's name wins over a character's. @throws AppError NOT_FOUND. */
  async find({ userId, name }: { userId?: string; name?: string }): Promise<Receiver> {
    const found = userId === undefined ? await this.named(name ?? '') : await this.withId(userId.toLowerCase());
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
