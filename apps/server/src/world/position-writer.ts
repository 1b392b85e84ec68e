/** Writes positions behind: all that changed in one statement, often enough that a node which dies takes less than two seconds of movement with it. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Shutdown } from '@aeturnis/platform';
import { CharactersService, type Place } from '../characters';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { WorldMetrics } from './world-metrics';

/** The rest of the two seconds is for the writing itself. */
const INTERVAL_MS = 1_500;

@Injectable()
export class PositionWriter implements OnModuleInit {
  private readonly logger = new Logger(PositionWriter.name);
  // By character, so that neither grows past the number of characters, however long the database is away.
  private unsaved = new Map<string, PlayedCharacter>();
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
    this.timer = setInterval(() => void this.flush(), INTERVAL_MS).unref();
    this.shutdown.register('state', 'positions', () => this.stop());
  }

  /** What it stands for is read when it is written. */
  note(played: PlayedCharacter): void {
    this.unsaved.set(played.id, played);
  }

  /** Somebody else writes where this character stands from now on. */
  drop(characterId: string): void {
    this.unsaved.delete(characterId);
    this.writing.delete(characterId);
  }

  /** Where a character was left that may not be in the database yet. */
  pending(characterId: string): Place | undefined {
    return (this.unsaved.get(characterId) ?? this.writing.get(characterId))?.place;
  }

  /**
   * Settles when everything noted before has been tried, and never rejects: what could not be written is kept for the
   * next round. Calls that come together share one statement.
   */
  flush(): Promise<void> {
    this.nextRound ??= this.round.then(() => {
      this.nextRound = null;
      this.round = this.write();
      return this.round;
    });
    return this.nextRound;
  }

  private async write(): Promise<void> {
    if (this.unsaved.size === 0) return;
    this.writing = this.unsaved;
    this.unsaved = new Map();
    try {
      await this.characters.savePlaces(new Map([...this.writing].map(([id, { place }]) => [id, place])));
    } catch (error) {
      this.logger.warn({ message: 'positions are kept for the next round', count: this.writing.size, error });
      this.unsaved = new Map([...this.writing, ...this.unsaved]);
    }
    this.writing = new Map();
    this.metrics.positionsUnsaved(this.unsaved.size);
  }

  // Connections that are being closed may not have left the world yet.
  private async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const played of this.played.all()) this.note(played);
    await this.flush();
  }
}
