/** The view that a client builds from the zone's events alone; tests compare it with the server's state. */
import type { EntityMove, SeenMonster, SeenPlayer, ZoneMoves, ZoneState, ZoneView } from '@aeturnis/contracts';
import type { ClientSocket } from '../clients/client';

export type VisibleEntity = SeenPlayer | SeenMonster;

const MOVE_BYTES = 12;

export class ZonePicture {
  /** All entities in the view by id; players have a `class`, monsters a `kind`. */
  readonly entities = new Map<string, VisibleEntity>();
  /** Null before the first `zone:state`. */
  zone: string | null = null;
  /** The tick of the newest packet. */
  tick = 0;
  /** Numbers of applied and dropped packets, and bytes of binary moves. */
  readonly counts = { states: 0, views: 0, moves: 0, keyframes: 0, dropped: 0, bytes: 0 };
  private readonly shouldDrop: () => boolean;

  /** `drop` is called once for each volatile packet, and decides whether it is lost. */
  constructor(socket: ClientSocket, { drop = () => false }: { drop?: () => boolean } = {}) {
    this.shouldDrop = drop;
    socket.on('zone:state', (state) => this.applyState(state));
    socket.on('zone:view', (view) => this.countIfDropped() || this.applyView(view));
    socket.on('zone:moves', (moves) => this.countIfDropped() || this.applyMoves(moves));
  }

  get(id: string): VisibleEntity | undefined {
    return this.entities.get(id);
  }

  get ids(): string[] {
    return [...this.entities.keys()].sort();
  }

  private countIfDropped(): boolean {
    if (!this.shouldDrop()) return false;
    this.counts.dropped++;
    return true;
  }

  private applyState({ zone, tick, players, monsters }: ZoneState): void {
    this.counts.states++;
    this.zone = zone;
    this.tick = tick;
    this.entities.clear();
    for (const seen of [...players, ...monsters]) this.entities.set(seen.id, { ...seen });
  }

  private applyView({ tick, entered, left }: ZoneView): void {
    this.counts.views++;
    this.tick = tick;
    for (const id of left) this.entities.delete(id);
    for (const seen of entered) this.entities.set(seen.id, { ...seen });
  }

  /** Ignores moves of unknown entities; the next `zone:view` introduces them. */
  private applyMoves({ tick, moves, full }: ZoneMoves): void {
    this.counts.moves++;
    this.tick = tick;
    const positions = Array.isArray(moves) ? moves : this.decode(moves);
    for (const [id, x, y, facing] of positions) {
      const seen = this.entities.get(id);
      if (seen) Object.assign(seen, { x, y, facing });
    }
    if (!full) return;
    this.counts.keyframes++;
    const listedIds = new Set(positions.map(([id]) => id));
    for (const id of this.entities.keys()) if (!listedIds.has(id)) this.entities.delete(id);
  }

  private decode(bytes: Uint8Array): EntityMove[] {
    this.counts.bytes += bytes.byteLength;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ids = new Map([...this.entities.values()].map(({ n, id }) => [n, id]));
    const moves: EntityMove[] = [];
    for (let at = 0; at < bytes.byteLength; at += MOVE_BYTES) {
      const facing = (view.getUint16(at + 10, true) * 2 * Math.PI) / 65_536;
      const id = ids.get(view.getUint16(at, true));
      if (id !== undefined)
        moves.push([id, view.getUint32(at + 2, true) / 100, view.getUint32(at + 6, true) / 100, facing]);
    }
    return moves;
  }
}
