/** Rules for characters: number per account, names, ownership, progress and removal. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError, canonicalName, type CharacterView } from '@aeturnis/contracts';
import { Database, isUniqueViolation } from '@aeturnis/platform';
import { ClusterBus } from '@aeturnis/realtime';
import { AccountsService, isReservedName } from '../accounts';
import { RealtimeService } from '../realtime';
import {
  type Character,
  characterView,
  type CharacterPosition,
  type CharacterWithPosition,
  type CharacterProgress,
  type VersionedPosition,
} from './character';
import { CharacterCache } from './character-cache';
import { CharactersRepository } from './characters.repository';
import { startingStats } from './progression/class-stats';
import type { CreateCharacterDto } from './create-character.dto';
import { addExperience } from './progression/levelling';
import { STARTING_POINT } from './starting-point';

export const MAX_CHARACTERS = 8;
const PROGRESS_TOPIC = 'characters:grown';
const REMOVED_TOPIC = 'characters:removed';

interface CharacterRemoved {
  readonly id: string;
  readonly accountId: string;
}

@Injectable()
export class CharactersService {
  constructor(
    private readonly database: Database,
    private readonly repository: CharactersRepository,
    private readonly cache: CharacterCache,
    private readonly bus: ClusterBus,
    private readonly accounts: AccountsService,
    private readonly realtime: RealtimeService,
  ) {}

  /** @throws AppError NAME_TAKEN, VALIDATION for a reserved name, CONFLICT above the limit, NOT_FOUND for a deleted account. */
  async create(accountId: string, dto: CreateCharacterDto): Promise<CharacterView> {
    if (isReservedName(dto.name)) throw reservedName(dto.name);
    const character: Character = {
      id: randomUUID(),
      accountId,
      name: canonicalName(dto.name),
      class: dto.class,
      level: 1,
      experience: 0,
      stats: startingStats(dto.class),
    };
    const position: CharacterPosition = { ...STARTING_POINT, walkedUntil: 0 };
    await this.database.transaction(async () => {
      await this.repository.lockAccount(accountId);
      // The deletion of an account holds this lock as well: a character created after it would have no account.
      await this.accounts.requireUser(accountId);
      if ((await this.repository.countByAccount(accountId)) >= MAX_CHARACTERS) {
        throw new AppError('CONFLICT', `An account has at most ${MAX_CHARACTERS} characters: delete one first`);
      }
      await this.accounts.claimName(character.name, accountId);
      await this.repository.insert(character, position).catch((error: unknown) => {
        if (isUniqueViolation(error, 'characters_name_skeleton'))
          throw nameTaken('A name that looks like this one is taken', error);
        if (isUniqueViolation(error, 'characters_name_key')) throw nameTaken('This name is taken', error);
        throw error;
      });
    });
    return characterView(character, position);
  }

  /** Oldest first. */
  async list(accountId: string): Promise<CharacterView[]> {
    const all = await this.repository.listByAccount(accountId);
    return all.map(({ character, position }) => characterView(character, position));
  }

  /** The character and its last saved position. @throws AppError NOT_FOUND, also if another account owns it. */
  async getOwned(accountId: string, id: string): Promise<CharacterWithPosition> {
    const found = await this.repository.findById(id);
    if (found?.character.accountId !== accountId) throw notFound();
    return found;
  }

  /** @throws AppError NOT_FOUND, also if another account owns it. */
  async view(accountId: string, id: string): Promise<CharacterView> {
    const { character, position } = await this.getOwned(accountId, id);
    return characterView(character, position);
  }

  /** Frees the name at once, and notifies the `onRemoved` listeners. @throws AppError NOT_FOUND, also if another account owns it. */
  async remove(accountId: string, id: string): Promise<void> {
    if (!(await this.repository.remove(accountId, id))) throw notFound();
    this.announceRemoval(id, accountId);
  }

  /** Call inside the transaction that deletes the account. */
  async removeAll(accountId: string): Promise<void> {
    await this.repository.lockAccount(accountId);
    const ids = await this.repository.removeAll(accountId);
    this.database.afterCommit(() => ids.forEach((id) => this.announceRemoval(id, accountId)));
  }

  /** Finds a character of any account. The result may be up to a minute old. Null if the character does not exist. */
  find(id: string): Promise<Character | null> {
    return this.cache.get(id, async () => (await this.repository.findById(id))?.character ?? null);
  }

  /** Finds a character of any account by its name, ignoring case. Null if there is none. */
  async findByName(name: string): Promise<Character | null> {
    return (await this.repository.findByName(name))?.character ?? null;
  }

  /** Whether another account owns a character with this name, or one that looks like it. */
  isNameOwnedByOther(name: string, accountId: string | null): Promise<boolean> {
    return this.repository.isNameOwnedByOther(name, accountId);
  }

  /** Account ids of the owners of characters with these names, by `nameKey`. */
  findOwnersByNameKey(names: readonly string[]): Promise<Map<string, string>> {
    return this.repository.findOwnersByNameKey(names);
  }

  /** The zone that the account played in last; null if it never played. */
  findLastZone(accountId: string): Promise<string | null> {
    return this.repository.findLastZone(accountId);
  }

  /** Returns the number of a new stay in the world, higher than the number of every earlier stay on any node. */
  nextStay(): Promise<number> {
    return this.repository.nextStay();
  }

  /** Saves positions by character id. An older version never replaces a newer one. */
  savePositions(positions: ReadonlyMap<string, VersionedPosition>): Promise<void> {
    return this.repository.savePositions(positions);
  }

  /**
   * Adds experience and the levels it is enough for. In a transaction of the caller, it is stored and announced at its commit.
   * @throws AppError NOT_FOUND, RangeError unless `experience` is a whole number from 0.
   */
  award(id: string, experience: number): Promise<Character> {
    return this.database.transaction(async () => {
      const before = await this.repository.lock(id);
      if (!before) throw notFound();
      const after = addExperience(before, experience);
      if (after.experience === before.experience) return before;
      await this.repository.saveProgress(after);
      this.database.afterCommit(() => this.announceProgress(after));
      return after;
    });
  }

  /**
   * Delays the removal of the character to the end of the caller's transaction, which can add rows that refer to it.
   * @throws AppError NOT_FOUND, also if another account owns it.
   */
  async preventRemoval(accountId: string, id: string): Promise<void> {
    if ((await this.repository.lockOwner(id)) !== accountId) throw notFound();
  }

  /** Those of these characters that exist; they are not deleted before the end of the caller's transaction. */
  lockExisting(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.repository.lockExisting(ids);
  }

  /** The listener is called on every node after an award. Calls may be out of order; experience and level never decrease. */
  onProgress(listener: (progress: CharacterProgress) => void): void {
    this.bus.subscribe<CharacterProgress>(PROGRESS_TOPIC, listener);
  }

  /** The listener is called on every node when a character is removed. */
  onRemoved(listener: (id: string, accountId: string) => void): void {
    this.bus.subscribe<CharacterRemoved>(REMOVED_TOPIC, ({ id, accountId }) => listener(id, accountId));
  }

  private announceProgress({ id, accountId, level, experience, stats }: Character): void {
    const progress: CharacterProgress = { id, level, experience, stats };
    this.cache.invalidate(id);
    this.bus.publish(PROGRESS_TOPIC, progress);
    this.realtime.emitToUser(accountId, 'character:updated', progress);
  }

  private announceRemoval(id: string, accountId: string): void {
    this.cache.invalidate(id);
    this.bus.publish(REMOVED_TOPIC, { id, accountId } satisfies CharacterRemoved);
  }
}

const reservedName = (name: string): AppError =>
  new AppError('VALIDATION', `The name ${name} is reserved`, {
    details: [{ field: 'name', problems: ['is reserved'] }],
  });

const nameTaken = (message: string, cause: unknown): AppError => new AppError('NAME_TAKEN', message, { cause });

// The same error for a missing character and for one of another account: the answer must not reveal whether it exists.
function notFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such character');
}
