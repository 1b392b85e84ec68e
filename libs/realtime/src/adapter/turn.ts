/** One turn of the event loop: who has something to be written at its end. */
import { Run } from './run';

export interface Corked {
  /** Writes what waits, and never throws. */
  flush(): void;
}

export class Turn {
  private first = Run.empty();
  private corked: Corked[] = [];

  /** What every connection begins with, so that equal frames meet in one run. */
  get beginning(): Run {
    return this.first;
  }

  /** At the end of this turn, after everything that has arrived by now has been handled. */
  atTheEnd(corked: Corked): void {
    if (this.corked.push(corked) === 1) setImmediate(() => this.end());
  }

  private end(): void {
    const { corked } = this;
    this.corked = [];
    this.first = Run.empty();
    for (const each of corked) each.flush();
  }
}
