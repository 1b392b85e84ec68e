/** One turn of the event loop: who has something to be written at its end. */
import { Run } from './run';

/** How long it waits at most, in milliseconds, what may wait. */
const PATIENCE_MS = 100;
/** So many connections are written to in one go: two to three milliseconds. */
const AT_ONCE = 256;

export interface Corked {
  /** Writes what waits, if anything does, and never throws. */
  flush(): void;
}

export class Turn {
  private first = Run.empty();
  private corked: Corked[] = [];
  private patient: Corked[] = [];

  /** What every connection begins with, so that equal frames meet in one run. */
  get beginning(): Run {
    return this.first;
  }

  /** At the end of this turn, after everything that has arrived by now has been handled. */
  atTheEnd(corked: Corked): void {
    if (this.corked.push(corked) === 1) setImmediate(this.end);
  }

  /** Together with the next that it is written, or with all others after a while. */
  whenever(corked: Corked): void {
    if (this.patient.push(corked) === 1) setTimeout(() => this.endPatience(), PATIENCE_MS);
  }

  private endPatience(): void {
    const { patient } = this;
    this.patient = [];
    this.write(patient, 0);
  }

  private readonly end = (): void => {
    const { corked } = this;
    this.corked = [];
    this.first = Run.empty();
    this.write(corked, 0);
  };

  // Between two parts of a broadcast to very many, others have their turn.
  private write(corked: readonly Corked[], from: number): void {
    const to = Math.min(corked.length, from + AT_ONCE);
    for (let index = from; index < to; index++) corked[index]?.flush();
    if (to < corked.length) setImmediate(() => this.write(corked, to));
  }
}
