/** What the viewers of one zone are told in one tick: who came and went, then who moved. Encoded once for each area. */
import type { EventName, MoveEncoding } from '@aeturnis/contracts';
import type { PreparedEvent } from '@aeturnis/realtime';
import type { Area } from './area';
import { VIEW_EVERY, type ViewChange } from './view-news';
import type { Viewer } from './viewer';
import type { ZoneSpace } from './zone-space';

/** Ticks between two keyframes of one area. */
export const KEYFRAME_EVERY = 10;

/** Prepares events: `Multicast`. */
export interface Press {
  readonly attachment: string;
  text(event: EventName, json: string): PreparedEvent;
  bytes(event: EventName, json: string, bytes: Buffer): PreparedEvent;
}

const ENCODINGS: readonly MoveEncoding[] = ['json', 'binary'];

export class ZoneBroadcast {
  /** Who lags, and since when; they have missed what nobody can tell. */
  private readonly behind = new Map<Viewer, number>();

  constructor(
    private readonly space: ZoneSpace,
    private readonly press: Press,
  ) {}

  /** After `space.begin(tick)`. */
  tick(tick: number): void {
    for (const viewer of this.space.withNews) this.tellOne(viewer, tick);
    for (const area of this.space.watched) this.tellAll(area, tick);
    // Who is met in a view has been introduced by now.
    for (const area of this.space.watched) this.tellMoves(area, tick);
    for (const [viewer, since] of this.behind) if (tick - since >= KEYFRAME_EVERY) this.showAgain(viewer, tick);
  }

  private tellOne(viewer: Viewer, tick: number): void {
    if (viewer.cell === null || tick < viewer.newsAt) return;
    viewer.newsAt = tick + VIEW_EVERY;
    const change = viewer.news.take(this.space.area(viewer.cell));
    if (viewer.news.empty) this.space.withNews.delete(viewer);
    const event = this.change(change, tick);
    if (event) this.give(viewer, event, tick);
  }

  private tellAll(area: Area, tick: number): void {
    if (area.news.empty || tick < area.newsAt) return;
    area.newsAt = tick + VIEW_EVERY;
    const event = this.change(area.news.take(area), tick);
    if (!event) return;
    for (const encoding of ENCODINGS) for (const viewer of area.viewers[encoding]) this.give(viewer, event, tick);
  }

  private change({ entered, left }: ViewChange, tick: number): PreparedEvent | null {
    if (entered.length + left.length === 0) return null;
    const seen = entered.map((one) => one.seenText).join();
    return this.press.text('zone:view', `{"tick":${tick},"entered":[${seen}],"left":${JSON.stringify(left)}}`);
  }

  private tellMoves(area: Area, tick: number): void {
    const full = tick >= area.keyframeAt;
    // The first one comes with any of the next ticks, so that not all areas have theirs in the same.
    if (full) area.keyframeAt = tick + (area.keyframeAt === 0 ? 1 + (area.cell % KEYFRAME_EVERY) : KEYFRAME_EVERY);
    for (const encoding of ENCODINGS) {
      const viewers = area.viewers[encoding];
      const event = viewers.size > 0 ? this.moves(area, encoding, full, tick) : null;
      if (event) for (const viewer of viewers) this.give(viewer, event, tick);
    }
  }

  private moves(area: Area, encoding: MoveEncoding, full: boolean, tick: number): PreparedEvent | null {
    const flag = full ? ',"full":true' : '';
    if (encoding === 'binary') {
      const bytes = Buffer.concat(area.around.map(({ moves }) => moves.bytes(tick, full)));
      if (bytes.length === 0) return null;
      return this.press.bytes('zone:moves', `{"tick":${tick},"moves":${this.press.attachment}${flag}}`, bytes);
    }
    let text = '';
    for (const { moves } of area.around) {
      const part = moves.text(tick, full);
      if (part !== '') text += text === '' ? part : `,${part}`;
    }
    return text === '' ? null : this.press.text('zone:moves', `{"tick":${tick},"moves":[${text}]${flag}}`);
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
