/** A connection that receives the view of its character: the cells around it. */
import type { MoveEncoding } from '@aeturnis/contracts';
import type { PreparedEvent } from '@aeturnis/realtime';
import { VisibilityChanges } from './visibility-changes';

interface EventReceiver {
  /** False when the connection lags and the event was dropped. */
  sendPrepared(event: PreparedEvent): boolean;
}

export class Viewer {
  /** The cell of its character; null while the viewer is detached. */
  cell: number | null = null;
  /** Changes for this viewer alone, caused by its own change of cell. */
  readonly changes = new VisibilityChanges();
  /** The first tick in which `changes` may be sent. */
  nextChangesTick = 0;

  constructor(
    readonly receiver: EventReceiver,
    readonly encoding: MoveEncoding,
  ) {}
}
