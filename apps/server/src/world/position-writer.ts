/** Writes positions behind: all that changed in one statement, often enough that a node which dies takes less than two seconds of movement with it. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { FailureLog, inBackground, Shutdown } from '@aeturnis/platform';
import { CharactersService, type Place } from '../characters';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { WorldMetrics } from './world-metrics';

/** The rest of the two seconds is for the writing itself. */
const INTERVAL_MS = 1_500;

@Injectable()
export class PositionWriter implements OnModuleInit {
  private readonly logger = new Logger(PositionWriter.name);
  private readonly failures = new FailureLog(this.logger);
  // By character, so that none grows past the number of characters, however long the database is away.
  private unsaved = new Map<string, PlayedCharacter>();
  /** What the next statement writes, instead of what is noted of the same characters. */
  private next = new Map<string, PlayedCharacter>();
  private writing = new Map<string, PlayedCharacter>();
  private round: Promise<void> = Promise.resolve();
  private nextRound: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly metrics: WorldMetrics,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void inBackground('positions', () => this.flush()), INTERVAL_MS).unref();
    this.shutdown.register('state', 'positions', () => this.stop());
  }

  /** What it stands for is read when it is written. */
  note(played: PlayedCharacter): void {
    if (played.isToBeSaved) return;
    played.isToBeSaved = true;
    this.unsaved.set(played.id, played);
  }

  /** Somebody else writes where this character stands from now on. */
  drop(characterId: string): void {
    this.forget(characterId);
    this.next.delete(characterId);
    this.writing.delete(characterId);
  }

  /** Where a character was left that may not be in the database yet. */
  pending(characterId: string): Place | undefined {
    const noted = this.unsaved.get(characterId) ?? this.next.get(characterId) ?? this.writing.get(characterId);
    return noted?.place;
  }

  /**
   * Writes where this one stands, and not all those who walk: they come and go many times a second. Settles when it has
   * been tried, and never rejects: what could not be written is kept. Calls that come together share one statement.
   */
  save(played: PlayedCharacter): Promise<void> {
    this.forget(played.id);
    this.next.set(played.id, played);
    return this.inTurn();
  }

  /** The same for everything noted. */
  flush(): Promise<void> {
    for (const [id, played] of this.unsaved) {
      played.isToBeSaved = false;
      this.next.set(id, played);
    }
    this.unsaved.clear();
    return this.inTurn();
  }

  private inTurn(): Promise<void> {
    this.nextRound ??= this.round.then(() => {
      this.nextRound = null;
      this.round = this.write();
      return this.round;
    });
    return this.nextRound;
  }

  private async write(): Promise<void> {
    if (this.next.size === 0) return;
    this.writing = this.next;
    this.next = new Map();
    try {
      await this.characters.savePlaces(
        new Map([...this.writing].map(([id, { versionedPlace }]) => [id, versionedPlace])),
      );
    } catch (error) {
      this.failures.warn({ message: 'positions are kept for the next round', count: this.writing.size, error });
      this.keep(this.writing);
    }
    this.writing = new Map();
    this.metrics.positionsUnsaved(this.unsaved.size);
  }

  private forget(characterId: string): void {
    const played = this.unsaved.get(characterId);
    if (!played) return;
    played.isToBeSaved = false;
    this.unsaved.delete(characterId);
  }

  private keep(places: ReadonlyMap<string, PlayedCharacter>): void {
    for (const [id, played] of places) if (!this.unsaved.has(id) && !this.next.has(id)) this.note(played);
  }

  // Connections that are being closed may not have left the world yet.
  private async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const played of this.played.all()) this.note(played);
    await this.flush();
  }
}
