/** Writes positions behind, all changes in one statement: a crash loses less than two seconds of movement. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { FailureLog, runInBackground, Shutdown } from '@aeturnis/platform';
import { CharactersService, type CharacterPosition } from '../../characters';
import type { PlayedCharacter } from '../played-characters/played-character';
import { PlayedCharacters } from '../played-characters/played-characters';
import { WorldMetrics } from '../world-metrics';

/** The rest of the two seconds is for the statement itself. */
const INTERVAL_MS = 1_500;

@Injectable()
export class PositionWriter implements OnModuleInit {
  private readonly logger = new Logger(PositionWriter.name);
  private readonly failures = new FailureLog(this.logger);
  // Maps by character: bounded by the number of characters, however long the database is down.
  private unsaved = new Map<string, PlayedCharacter>();
  /** The characters that the next statement writes. */
  private nextBatch = new Map<string, PlayedCharacter>();
  private writingBatch = new Map<string, PlayedCharacter>();
  private currentWrite: Promise<void> = Promise.resolve();
  private scheduledWrite: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly metrics: WorldMetrics,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void runInBackground('positions', () => this.flush()), INTERVAL_MS).unref();
    this.shutdown.register('state', 'positions', () => this.stop());
  }

  /** Its position is read when it is written. */
  markUnsaved(played: PlayedCharacter): void {
    if (played.isSavePending) return;
    played.isSavePending = true;
    this.unsaved.set(played.id, played);
  }

  /** Another stay writes the position of this character from now on. */
  discard(characterId: string): void {
    this.unmarkUnsaved(characterId);
    this.nextBatch.delete(characterId);
    this.writingBatch.delete(characterId);
  }

  /** The last position of a character if the database may not have it yet. */
  pendingPlace(characterId: string): CharacterPosition | undefined {
    const unsaved =
      this.unsaved.get(characterId) ?? this.nextBatch.get(characterId) ?? this.writingBatch.get(characterId);
    return unsaved?.place;
  }

  /**
   * Writes the position of this character alone, since characters leave many times a second. Resolves after the attempt and
   * never rejects: a position that could not be written is kept for the next one. Concurrent calls share one statement.
   */
  save(played: PlayedCharacter): Promise<void> {
    this.unmarkUnsaved(played.id);
    this.nextBatch.set(played.id, played);
    return this.scheduleWrite();
  }

  /** Writes all unsaved positions, as `save` does. */
  flush(): Promise<void> {
    for (const [id, played] of this.unsaved) {
      played.isSavePending = false;
      this.nextBatch.set(id, played);
    }
    this.unsaved.clear();
    return this.scheduleWrite();
  }

  private scheduleWrite(): Promise<void> {
    this.scheduledWrite ??= this.currentWrite.then(() => {
      this.scheduledWrite = null;
      this.currentWrite = this.writeBatch();
      return this.currentWrite;
    });
    return this.scheduledWrite;
  }

  private async writeBatch(): Promise<void> {
    if (this.nextBatch.size === 0) return;
    this.writingBatch = this.nextBatch;
    this.nextBatch = new Map();
    try {
      await this.characters.savePositions(
        new Map([...this.writingBatch].map(([id, { versionedPlace }]) => [id, versionedPlace])),
      );
    } catch (error) {
      this.failures.warn({ message: 'position write failed, retrying soon', count: this.writingBatch.size, error });
      this.requeue(this.writingBatch);
    }
    this.writingBatch = new Map();
    this.metrics.positionsUnsaved(this.unsaved.size);
  }

  private unmarkUnsaved(characterId: string): void {
    const played = this.unsaved.get(characterId);
    if (!played) return;
    played.isSavePending = false;
    this.unsaved.delete(characterId);
  }

  private requeue(places: ReadonlyMap<string, PlayedCharacter>): void {
    for (const [id, played] of places) if (!this.unsaved.has(id) && !this.nextBatch.has(id)) this.markUnsaved(played);
  }

  // Characters whose connections are still closing are in the world and may have unsaved positions.
  private async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const played of this.played.all()) this.markUnsaved(played);
    await this.flush();
  }
}
