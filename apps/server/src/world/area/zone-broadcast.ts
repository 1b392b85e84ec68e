/** What the viewers of one zone are told in one tick: who came and went, then who moved. Encoded once for each area. */
import type { EventName, MoveEncoding } from '@aeturnis/contracts';
import type { PreparedEvent } from '@aeturnis/realtime';
import type { Area } from './area';
import type { Inhabitant } from './inhabitant';
import { VIEW_EVERY, type ViewChange } from './view-news';
import type { Viewer } from './viewer';
import type { ZoneSpace } from './zone-space';

/** Ticks between two keyframes of one area. */
export const KEYFRAME_EVERY = 10;

/** Prepares events: `Multicast`. */
export interface Press {
  readonly attachment: string;
  /** Copies the pieces. */
  pieces(event: EventName, json: readonly (string | Buffer)[]): PreparedEvent;
  bytes(event: EventName, json: string, bytes: Buffer): PreparedEvent;
}

const COMMA = ','.charCodeAt(0);
const ENCODINGS: readonly MoveEncoding[] = ['json', 'binary'];

export class ZoneBroadcast {
  /** Who lags, and since when; they have missed what nobody can tell. */
  private readonly behind = new Map<Viewer, number>();
  /** Written to anew for each packet. */
  private block = Buffer.allocUnsafeSlow(8 * 1024);

  constructor(
    private readonly space: ZoneSpace,
    private readonly press: Press,
  ) {}

  /** After `space.begin(tick)`. */
  tick(tick: number): void {
    for (const area of this.space.watched) this.tell(area, tick);
    for (const [viewer, since] of this.behind) if (tick - since >= KEYFRAME_EVERY) this.showAgain(viewer, tick);
  }

  // All that is for one viewer goes out at once: to reach a connection costs more than what it is given.
  private tell(area: Area, tick: number): void {
    const news = this.newsOf(area, area, tick);
    const full = tick >= area.keyframeAt;
    // The first one comes with any of the next ticks, so that not all areas have theirs in the same.
    if (full) area.keyframeAt = tick + (area.keyframeAt === 0 ? 1 + (area.cell % KEYFRAME_EVERY) : KEYFRAME_EVERY);
    for (const encoding of ENCODINGS) {
      const viewers = area.viewers[encoding];
      if (viewers.size === 0) continue;
      const moves = this.moves(area, encoding, full, tick);
      for (const viewer of viewers) {
        const own = this.newsOf(viewer, area, tick);
        if (own) this.give(viewer, own, tick);
        if (news) this.give(viewer, news, tick);
        // Who is met in a view has been introduced by now.
        if (moves) this.give(viewer, moves, tick);
      }
    }
  }

  /** What is to be told now of who came and went, to one viewer or to all in an area. */
  private newsOf(of: Viewer | Area, area: Area, tick: number): PreparedEvent | null {
    if (of.news.empty || tick < of.newsAt) return null;
    of.newsAt = tick + VIEW_EVERY;
    return this.change(of.news.take(area), tick);
  }

  private change({ entered, left }: ViewChange, tick: number): PreparedEvent | null {
    if (entered.length + left.length === 0) return null;
    return this.press.pieces('zone:view', [
      `{"tick":${tick},"entered":[`,
      this.introductions(entered),
      `],"left":${JSON.stringify(left)}}`,
    ]);
  }

  /** JSON, entries with commas between them: good for what is put together of it at once. */
  private introductions(entered: readonly Inhabitant[]): Buffer {
    let most = 0;
    for (const one of entered) most += one.introductionBytes + 1;
    if (most > this.block.length) this.block = Buffer.allocUnsafeSlow(most);
    let at = 0;
    for (const one of entered) {
      if (at > 0) this.block[at++] = COMMA;
      at = one.writeIntroduction(this.block, at);
    }
    return this.block.subarray(0, at);
  }

  private moves(area: Area, encoding: MoveEncoding, full: boolean, tick: number): PreparedEvent | null {
    const flag = full ? ',"full":true' : '';
    if (encoding === 'binary') {
      const bytes = Buffer.concat(area.around.map(({ moves }) => moves.bytes(tick, full)));
      if (bytes.length === 0) return null;
      return this.press.bytes('zone:moves', `{"tick":${tick},"moves":${this.press.attachment}${flag}}`, bytes);
    }
    const pieces: (string | Buffer)[] = [`{"tick":${tick},"moves":[`];
    let last: Buffer | null = null;
    for (const { moves } of area.around) {
      const text = moves.text(tick, full);
      if (text.length === 0) continue;
      if (last) pieces.push(last);
      last = text;
    }
    if (!last) return null;
    pieces.push(last.subarray(0, -1), `]${flag}}`);
    return this.press.pieces('zone:moves', pieces);
  }

  private give(viewer: Viewer, event: PreparedEvent, tick: number): void {
    if (!viewer.receiver.give(event) && !this.behind.has(viewer)) this.behind.set(viewer, tick);
  }

  /** To who lagged and may read again: the whole view, and by a keyframe who is not in it any more. */
  private showAgain(viewer: Viewer, tick: number): void {
    this.behind.delete(viewer);
    if (viewer.cell === null) return;
    const area = this.space.area(viewer.cell);
    const everybody = [...this.space.viewFrom(viewer.cell)];
    const view = this.change({ entered: everybody, left: [] }, tick);
    const moves = this.moves(area, viewer.encoding, true, tick);
    if (view) this.give(viewer, view, tick);
    if (moves) this.give(viewer, moves, tick);
  }
}
