/** What one node tells anybody, before anything of it is lost: in which ticks, and where it says that the walkers are. */
import type { Seen } from '../../../support/zone-picture';
import type { ZoneMoves, ZoneState, ZoneView } from '@aeturnis/contracts';
import type { Point } from '../../../../apps/server/src/world/zones/box';

const MOVE_BYTES = 12;

export class Hearsay {
  readonly ticks = new Set<number>();
  /** By walker: by tick. */
  private readonly places: Map<number, Point>[];
  /** Who is meant in the binary form; of one node it is the same for all. */
  private readonly byNumber = new Map<number, number>();

  constructor(private readonly walkers: ReadonlyMap<string, number>) {
    this.places = Array.from(walkers, () => new Map<number, Point>());
  }

  placesOf(walker: number): [tick: number, place: Point][] {
    return [...(this.places[walker] ?? [])].sort(([one], [other]) => one - other);
  }

  state({ players }: ZoneState): void {
    this.introduce(players);
  }

  view({ tick, entered }: ZoneView): void {
    this.ticks.add(tick);
    this.introduce(entered);
    for (const { id, x, y } of entered) this.note(tick, this.walkers.get(id), { x, y });
  }

  /** @returns the walkers it lists, and where. */
  moves({ tick, moves }: ZoneMoves): Map<number, Point> {
    this.ticks.add(tick);
    const told = Array.isArray(moves)
      ? moves.map(([id, x, y]) => [this.walkers.get(id), { x, y }] as const)
      : this.decode(moves);
    const listed = new Map<number, Point>();
    for (const [walker, place] of told) {
      this.note(tick, walker, place);
      if (walker !== undefined) listed.set(walker, place);
    }
    return listed;
  }

  private introduce(seen: readonly Seen[]): void {
    for (const { id, n } of seen) {
      const walker = this.walkers.get(id);
      if (walker !== undefined) this.byNumber.set(n, walker);
    }
  }

  private note(tick: number, walker: number | undefined, place: Point): void {
    if (walker !== undefined) this.places[walker]?.set(tick, place);
  }

  private decode(bytes: Uint8Array): [number | undefined, Point][] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.byteLength / MOVE_BYTES }, (_, index) => {
      const at = index * MOVE_BYTES;
      const place = { x: view.getUint32(at + 2, true) / 100, y: view.getUint32(at + 6, true) / 100 };
      return [this.byNumber.get(view.getUint16(at, true)), place];
    });
  }
}
