/** Finds the user that a chat message goes to or mentions, by user id, character id, display name or character name. */
import { Injectable } from '@nestjs/common';
import { AppError, type WhisperEntry } from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { CharactersService, type UserReference, UserResolver } from '../characters';

type ChatRecipient = WhisperEntry['to'];

@Injectable()
export class ChatRecipients {
  constructor(
    private readonly accounts: AccountsService,
    private readonly characters: CharactersService,
    private readonly resolver: UserResolver,
  ) {}

  /** The recipient's name is always its display name. Display names take precedence over character names. @throws AppError NOT_FOUND. */
  async find({ name, ...ids }: UserReference & { name?: string | undefined }): Promise<ChatRecipient> {
    const found =
      name === undefined ? await this.findById(await this.resolver.resolveUserId(ids)) : await this.findByName(name);
    if (!found) throw new AppError('NOT_FOUND', 'There is no such player');
    return found;
  }

  /** The users with these display or character names, as ids by `nameKey` of the name. Display names take precedence. */
  async findAllByName(names: readonly string[]): Promise<Map<string, string>> {
    const [accounts, owners] = await Promise.all([
      this.accounts.findAllByName(names),
      this.characters.findOwnersByNameKey(names),
    ]);
    // Later entries win. Otherwise a character of the same name would receive another user's messages.
    return new Map([...owners, ...accounts]);
  }

  /** Finds a user by display name, or else by character name. */
  private async findByName(name: string): Promise<ChatRecipient | null> {
    const account = await this.accounts.findByName(name);
    if (account) return { userId: account.id, name: account.name };
    const character = await this.characters.findByName(name);
    return character && this.findById(character.accountId);
  }

  private async findById(userId: string): Promise<ChatRecipient | null> {
    const name = (await this.accounts.namesOf([userId])).get(userId);
    return name === undefined ? null : { userId, name };
  }
}
