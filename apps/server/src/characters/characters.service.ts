/** The rules about characters: who may have how many, under which names, and who may look at them. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError, canonicalName, type CharacterView } from '@aeturnis/contracts';
import { Database, isUniqueViolation } from '@aeturnis/platform';
import { ClusterBus, RealtimeService } from '@aeturnis/realtime';
import { AccountsService, isReserved } from '../accounts';
import {
  type Character,
  characterView,
  type Place,
  type PlacedCharacter,
  type Progress,
  type VersionedPlace,
} from './character';
import { CharacterCache } from './character-cache';
import { CharactersRepository } from './characters.repository';
import { startingStats } from './class-stats';
import type { CreateCharacterDto } from './create-character.dto';
import { grow } from './levelling';
import { STARTING_POINT } from './starting-point';

export const MAX_CHARACTERS = 8;
const GROWN_TOPIC = 'characters:grown';
const REMOVED_TOPIC = 'characters:removed';

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

  /** @throws AppError NAME_TAKEN, VALIDATION for a reserved name, CONFLICT for one too many, NOT_FOUND where the account is gone. */
  async create(accountId: string, dto: CreateCharacterDto): Promise<CharacterView> {
    if (isReserved(dto.name)) throw reservedName(dto.name);
    const character: Character = {
      id: randomUUID(),
      accountId,
      name: canonicalName(dto.name),
      class: dto.class,
      level: 1,
      experience: 0,
      stats: startingStats(dto.class),
    };
    const place: Place = { ...STARTING_POINT, walkedUntil: 0 };
    await this.database.transaction(async () => {
      await this.repository.lockAccount(accountId);
      // An account that is being deleted holds the lock too: whoever comes after it must not leave anything behind.
      await this.accounts.require(accountId);
      if ((await this.repository.countOf(accountId)) >= MAX_CHARACTERS) {
        throw new AppError('CONFLICT', `An account has at most ${MAX_CHARACTERS} characters`);
      }
      await this.accounts.claimName(character.name, accountId);
      await this.repository.insert(character, place).catch((error: unknown) => {
        if (isUniqueViolation(error, 'characters_name_skeleton'))
          throw nameTaken('A name that looks like this one is taken', error);
        if (isUniqueViolation(error, 'characters_name_key')) throw nameTaken('This name is taken', error);
        throw error;
      });
    });
    return characterView(character, place);
  }

  /** The oldest first. */
  async list(accountId: string): Promise<CharacterView[]> {
    const all = await this.repository.ofAccount(accountId);
    return all.map(({ character, place }) => characterView(character, place));
  }

  /** The character and where it was kept last. @throws AppError NOT_FOUND, also for somebody else's. */
  async owned(accountId: string, id: string): Promise<PlacedCharacter> {
    const found = await this.repository.byId(id);
    if (found?.character.accountId !== accountId) throw notFound();
    return found;
  }

  /** @throws AppError NOT_FOUND, also for somebody else's. */
  async view(accountId: string, id: string): Promise<CharacterView> {
    const { character, place } = await this.owned(accountId, id);
    return characterView(character, place);
  }

  /** Its name is free at once; whoever plays it is told. @throws AppError NOT_FOUND, also for somebody else's. */
  async remove(accountId: string, id: string): Promise<void> {
    if (!(await this.repository.remove(accountId, id))) throw notFound();
    this.announceRemoval(id);
  }

  /** Call inside the transaction that deletes the account. */
  async removeAll(accountId: string): Promise<void> {
    await this.repository.lockAccount(accountId);
    const ids = await this.repository.removeAll(accountId);
    this.database.afterCommit(() => ids.forEach((id) => this.announceRemoval(id)));
  }

  /** Whoever owns it; may be up to a minute old. Null where there is no such character. */
  find(id: string): Promise<Character | null> {
    return this.cache.get(id, async () => (await this.repository.byId(id))?.character ?? null);
  }

  /** Whoever owns it, by its name in any case. Null where there is none. */
  async findByName(name: string): Promise<Character | null> {
    return (await this.repository.byName(name))?.character ?? null;
  }

  /** Whether another account than this one has a character with this name, or one that looks like it. */
  isNameOfOthers(name: string, accountId: string | null): Promise<boolean> {
    return this.repository.isNameOfOthers(name, accountId);
  }

  /** The accounts that own characters with these names, by `nameKey`. */
  ownersOf(names: readonly string[]): Promise<Map<string, string>> {
    return this.repository.ownersOf(names);
  }

  /** The zone the account played in last; null where it never did. */
  lastZone(accountId: string): Promise<string | null> {
    return this.repository.lastZone(accountId);
  }

  /** The number of a stay in the world that begins now, on any node: of two stays of a character, the higher number is the later. */
  nextStay(): Promise<number> {
    return this.repository.nextStay();
  }

  /** Keeps where characters stand, by id. A place of an earlier version never replaces one of a later version. */
  savePlaces(places: ReadonlyMap<string, VersionedPlace>): Promise<void> {
    return this.repository.savePlaces(places);
  }

  /**
   * Adds experience, and the levels it is enough for. Inside a transaction of the caller it counts, and is told, once that
   * commits. @throws AppError NOT_FOUND, RangeError for what is no amount of experience.
   */
  award(id: string, experience: number): Promise<Character> {
    return this.database.transaction(async () => {
      const before = await this.repository.lock(id);
      if (!before) throw notFound();
      const after = grow(before, experience);
      if (after.experience === before.experience) return before;
      await this.repository.saveProgress(after);
      this.database.afterCommit(() => this.announceProgress(after));
      return after;
    });
  }

  /** Told on every node when a character has grown; not always in order, but what it gained only ever adds up. */
  onGrown(listener: (progress: Progress) => void): void {
    this.bus.on<Progress>(GROWN_TOPIC, listener);
  }

  /** Told on every node when a character is gone for good. */
  onRemoved(listener: (id: string) => void): void {
    this.bus.on<{ id: string }>(REMOVED_TOPIC, ({ id }) => listener(id));
  }

  private announceProgress({ id, accountId, level, experience, stats }: Character): void {
    const progress: Progress = { id, level, experience, stats };
    this.cache.changed(id);
    this.bus.publish(GROWN_TOPIC, progress);
    this.realtime.emitToUser(accountId, 'character:updated', progress);
  }

  private announceRemoval(id: string): void {
    this.cache.changed(id);
    this.bus.publish(REMOVED_TOPIC, { id });
  }
}

const reservedName = (name: string): AppError =>
  new AppError('VALIDATION', `The name ${name} is reserved`, {
    details: [{ field: 'name', problems: ['is reserved'] }],
  });

const nameTaken = (message: string, cause: unknown): AppError => new AppError('NAME_TAKEN', message, { cause });

// A stranger must not learn from the answer whether the character exists.
function notFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such character');
}
