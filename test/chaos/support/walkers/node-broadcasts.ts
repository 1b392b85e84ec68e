/** Records what one node broadcasts, before packet loss: its ticks, and the positions of the walkers. */
import type { VisibleEntity } from '../../../support/zones/zone-picture';
import type { ZoneMoves, ZoneState, ZoneView } from '@aeturnis/contracts';
import type { Point } from '../../../../apps/server/src/world/zones/box';

const MOVE_BYTES = 12;

export class NodeBroadcasts {
  readonly ticks = new Set<number>();
  /** By walker, its position by tick. */
  private readonly positions: Map<number, Point>[];
  /** The walker behind each number of the binary encoding, which is the same for all clients of a node. */
  private readonly walkerByNumber = new Map<number, number>();

  constructor(private readonly walkers: ReadonlyMap<string, number>) {
    this.positions = Array.from(walkers, () => new Map<number, Point>());
  }

  positionsOf(walker: number): [tick: number, position: Point][] {
    return [...(this.positions[walker] ?? [])].sort(([left], [right]) => left - right);
  }

  onState({ players }: ZoneState): void {
    this.recordIdentities(players);
  }

  onView({ tick, entered }: ZoneView): void {
    this.ticks.add(tick);
    this.recordIdentities(entered);
    for (const { id, x, y } of entered) this.recordPosition(tick, this.walkers.get(id), { x, y });
  }

  /** @returns the listed walkers with their positions. */
  onMoves({ tick, moves }: ZoneMoves): Map<number, Point> {
    this.ticks.add(tick);
    const decoded = Array.isArray(moves)
      ? moves.map(([id, x, y]) => [this.walkers.get(id), { x, y }] as const)
      : this.decode(moves);
    const listed = new Map<number, Point>();
    for (const [walker, position] of decoded) {
      this.recordPosition(tick, walker, position);
      if (walker !== undefined) listed.set(walker, position);
    }
    return listed;
  }

  private recordIdentities(seen: readonly VisibleEntity[]): void {
    for (const { id, n } of seen) {
      const walker = this.walkers.get(id);
      if (walker !== undefined) this.walkerByNumber.set(n, walker);
    }
  }

  private recordPosition(tick: number, walker: number | undefined, position: Point): void {
    if (walker !== undefined) this.positions[walker]?.set(tick, position);
  }

  private decode(bytes: Uint8Array): [number | undefined, Point][] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.byteLength / MOVE_BYTES }, (_, index) => {
      const at = index * MOVE_BYTES;
      const position = { x: view.getUint32(at + 2, true) / 100, y: view.getUint32(at + 6, true) / 100 };
      return [this.walkerByNumber.get(view.getUint16(at, true)), position];
    });
  }
}
