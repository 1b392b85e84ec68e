/** Characters by id, for readers who ask often: bounded, and never older than a minute even where no word reached this node. */
import { Injectable } from '@nestjs/common';
import { Clock, ClusterBus } from '@aeturnis/realtime';
import type { Character } from './character';

const CHANGED_TOPIC = 'characters:changed';
const MAX_ENTRIES = 10_000;
/** The bus delivers at most once: what it lost is found out by then. */
const MAX_AGE_MS = 60_000;

interface Entry {
  readonly character: Character;
  readonly loadedAt: number;
}

@Injectable()
export class CharacterCache {
  // Insertion order is order of use: the first is the one not asked for the longest.
  private readonly entries = new Map<string, Entry>();
  private readonly loading = new Map<string, Promise<Character | null>>();

  constructor(
    private readonly bus: ClusterBus,
    private readonly clock: Clock,
  ) {
    this.bus.on<{ id: string }>(CHANGED_TOPIC, ({ id }) => this.forget(id));
  }

  /** What `load` answered lately, or answers now. Readers of one character at one time share a load. */
  async get(id: string, load: () => Promise<Character | null>): Promise<Character | null> {
    const known = this.entries.get(id);
    if (known && this.clock.now() - known.loadedAt < MAX_AGE_MS) {
      this.keep(id, known);
      return known.character;
    }
    return this.loading.get(id) ?? this.load(id, load);
  }

  /** Call after the change is committed: no node answers from before it once it has heard of it. */
  changed(id: string): void {
    this.bus.publish(CHANGED_TOPIC, { id });
  }

  private load(id: string, load: () => Promise<Character | null>): Promise<Character | null> {
    const running = load().then((character) => {
      // A load that a change has overtaken may have read the row from before it.
      if (character && this.loading.get(id) === running) this.keep(id, { character, loadedAt: this.clock.now() });
      return character;
    });
    this.loading.set(id, running);
    const done = (): void => {
      if (this.loading.get(id) === running) this.loading.delete(id);
    };
    running.then(done, done);
    return running;
  }

  private keep(id: string, entry: Entry): void {
    this.entries.delete(id);
    this.entries.set(id, entry);
    if (this.entries.size <= MAX_ENTRIES) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  private forget(id: string): void {
    this.entries.delete(id);
    this.loading.delete(id);
  }
}
