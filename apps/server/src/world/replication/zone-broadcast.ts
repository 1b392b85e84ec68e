/** Sends the changes of one tick to the viewers of a zone: first visibility changes, then moves. Encoded once per cell. */
import type { EventName, MoveEncoding } from '@aeturnis/contracts';
import type { PreparedEvent } from '@aeturnis/realtime';
import type { GridCell } from '../interest/grid-cell';
import type { Entity } from '../interest/entity';
import { VIEW_INTERVAL_TICKS, type ViewChange } from '../interest/visibility-changes';
import type { Viewer } from '../interest/viewer';
import type { ZoneSpace } from '../interest/zone-space';

/** Ticks between two keyframes of one cell. */
const KEYFRAME_INTERVAL_TICKS = 10;

/** Encodes an event once for many receivers; implemented by `Multicast`. */
export interface PacketEncoder {
  readonly attachment: string;
  /** Copies the pieces, so the caller may reuse its buffers. */
  prepareJson(event: EventName, json: readonly (string | Buffer)[]): PreparedEvent;
  prepareBinary(event: EventName, json: string, bytes: Buffer): PreparedEvent;
}

const COMMA = ','.charCodeAt(0);
const ENCODINGS: readonly MoveEncoding[] = ['json', 'binary'];

export class ZoneBroadcast {
  /** Viewers that lag, by the tick since when: it is unknown which events they have missed. */
  private readonly laggingSince = new Map<Viewer, number>();
  /** Scratch space, overwritten for each packet. */
  private buffer = Buffer.allocUnsafeSlow(8 * 1024);

  constructor(
    private readonly space: ZoneSpace,
    private readonly encoder: PacketEncoder,
  ) {}

  /** Call after `space.beginTick(tick)`. */
  tick(tick: number): void {
    for (const cell of this.space.watchedCells) this.sendToCell(cell, tick);
    for (const [viewer, since] of this.laggingSince)
      if (tick - since >= KEYFRAME_INTERVAL_TICKS) this.resendView(viewer, tick);
  }

  // All events for one viewer are sent together: reaching a connection costs more than the events themselves.
  private sendToCell(cell: GridCell, tick: number): void {
    const sharedChanges = this.takeChanges(cell, cell, tick);
    const isFull = tick >= cell.nextKeyframeTick;
    // The first keyframe is spread over the next ticks by the index of the cell, so that cells do not share one tick.
    if (isFull)
      cell.nextKeyframeTick =
        tick + (cell.nextKeyframeTick === 0 ? 1 + (cell.index % KEYFRAME_INTERVAL_TICKS) : KEYFRAME_INTERVAL_TICKS);
    for (const encoding of ENCODINGS) {
      const viewers = cell.viewers[encoding];
      if (viewers.size === 0) continue;
      const moves = this.encodeMoves(cell, encoding, isFull, tick);
      for (const viewer of viewers) {
        const ownChanges = this.takeChanges(viewer, cell, tick);
        if (ownChanges) this.send(viewer, ownChanges, tick);
        if (sharedChanges) this.send(viewer, sharedChanges, tick);
        // Last: entities in the moves have been introduced by the changes above.
        if (moves) this.send(viewer, moves, tick);
      }
    }
  }

  /** The pending visibility changes of one viewer, or of all viewers in a cell; null while none are due. */
  private takeChanges(source: Viewer | GridCell, cell: GridCell, tick: number): PreparedEvent | null {
    if (source.changes.isEmpty || tick < source.nextChangesTick) return null;
    source.nextChangesTick = tick + VIEW_INTERVAL_TICKS;
    return this.encodeChange(source.changes.take(cell), tick);
  }

  private encodeChange({ entered, left }: ViewChange, tick: number): PreparedEvent | null {
    if (entered.length + left.length === 0) return null;
    return this.encoder.prepareJson('zone:view', [
      `{"tick":${tick},"entered":[`,
      this.encodeIntroductions(entered),
      `],"left":${JSON.stringify(left)}}`,
    ]);
  }

  /** JSON entries with commas between them. The result is valid only until the next call: it shares `buffer`. */
  private encodeIntroductions(entered: readonly Entity[]): Buffer {
    let maxBytes = 0;
    for (const entity of entered) maxBytes += entity.maxIntroductionBytes + 1;
    if (maxBytes > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(maxBytes);
    let offset = 0;
    for (const entity of entered) {
      if (offset > 0) this.buffer[offset++] = COMMA;
      offset = entity.writeIntroduction(this.buffer, offset);
    }
    return this.buffer.subarray(0, offset);
  }

  private encodeMoves(cell: GridCell, encoding: MoveEncoding, isFull: boolean, tick: number): PreparedEvent | null {
    const flag = isFull ? ',"full":true' : '';
    if (encoding === 'binary') {
      const bytes = Buffer.concat(cell.visibleCells.map(({ moveEncoder }) => moveEncoder.encodeBinary(tick, isFull)));
      if (bytes.length === 0) return null;
      return this.encoder.prepareBinary(
        'zone:moves',
        `{"tick":${tick},"moves":${this.encoder.attachment}${flag}}`,
        bytes,
      );
    }
    const pieces: (string | Buffer)[] = [`{"tick":${tick},"moves":[`];
    let last: Buffer | null = null;
    for (const { moveEncoder } of cell.visibleCells) {
      const text = moveEncoder.encodeJson(tick, isFull);
      if (text.length === 0) continue;
      if (last) pieces.push(last);
      last = text;
    }
    if (!last) return null;
    pieces.push(last.subarray(0, -1), `]${flag}}`);
    return this.encoder.prepareJson('zone:moves', pieces);
  }

  private send(viewer: Viewer, event: PreparedEvent, tick: number): void {
    if (!viewer.receiver.sendPrepared(event) && !this.laggingSince.has(viewer)) this.laggingSince.set(viewer, tick);
  }

  /** Resends the view to a viewer that lagged, then a keyframe: the client removes each entity that is not in it. */
  private resendView(viewer: Viewer, tick: number): void {
    this.laggingSince.delete(viewer);
    if (viewer.cell === null) return;
    const cell = this.space.cellAt(viewer.cell);
    const entities = [...this.space.entitiesVisibleFrom(viewer.cell)];
    const view = this.encodeChange({ entered: entities, left: [] }, tick);
    const moves = this.encodeMoves(cell, viewer.encoding, true, tick);
    if (view) this.send(viewer, view, tick);
    if (moves) this.send(viewer, moves, tick);
  }
}
