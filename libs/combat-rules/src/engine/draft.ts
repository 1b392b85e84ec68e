/** A step in progress: a copy of the state that the rules change, with the entries that they write. */
import type { Rolls } from '../rolls';
import type { FightEntry, PrivateEntry, PublicEntry } from './entries';
import { copyState, type FightState } from './state';

export class FightDraft {
  readonly state: FightState;
  readonly entries: FightEntry[] = [];

  constructor(
    state: FightState,
    readonly rolls: Rolls,
  ) {
    this.state = copyState(state);
  }

  write(entry: PublicEntry, privateHalves?: Readonly<Record<string, PrivateEntry>>): void {
    this.entries.push({
      seq: ++this.state.seq,
      turn: this.state.turn,
      public: entry,
      ...(privateHalves && { private: privateHalves }),
    });
  }
}
