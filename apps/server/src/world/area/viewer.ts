/** A connection that looks at a zone from where its character stands. */
import type { MoveEncoding } from '@aeturnis/contracts';
import type { PreparedEvent } from '@aeturnis/realtime';
import { ViewNews } from './view-news';

export interface Receiver {
  /** False where it lags and has not got it. */
  give(event: PreparedEvent): boolean;
}

export class Viewer {
  /** From which it looks; null while it does not. */
  cell: number | null = null;
  /** What is told to this one alone, since it looks from another cell. */
  readonly news = new ViewNews();
  /** The first tick in which it may be told. */
  newsAt = 0;

  constructor(
    readonly receiver: Receiver,
    readonly encoding: MoveEncoding,
  ) {}
}
