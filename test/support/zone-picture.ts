/** The picture that a client keeps of what it sees, by the events of the zone alone: what is tested is whether it is true. */
import type { Move, SeenMonster, SeenPlayer, ZoneMoves, ZoneState, ZoneView } from '@aeturnis/contracts';
import type { ClientSocket } from './client';

export type Seen = SeenPlayer | SeenMonster;

const MOVE_BYTES = 12;

export class ZonePicture {
  /** Everybody in the view, by id: players have a `class`, monsters a `kind`. */
  readonly entities = new Map<string, Seen>();
  /** Null before the first `zone:state`. */
  zone: string | null = null;
  /** Of the newest packet. */
  tick = 0;
  /** Packets that were applied, and bytes of moves in binary form. */
  readonly counts = { states: 0, views: 0, moves: 0, keyframes: 0, dropped: 0, bytes: 0 };
  private readonly drop: () => boolean;

  /** `drop` decides, once for each volatile packet, whether it is lost on the way. */
  constructor(socket: ClientSocket, { drop = () => false }: { drop?: () => boolean } = {}) {
    this.drop = drop;
    socket.on('zone:state', (state) => this.begin(state));
    socket.on('zone:view', (view) => this.lost() || this.change(view));
    socket.on('zone:moves', (moves) => this.lost() || this.move(moves));
  }

  get(id: string): Seen | undefined {
    return this.entities.get(id);
  }

  get ids(): string[] {
    return [...this.entities.keys()].sort();
  }

  private lost(): boolean {
    if (!this.drop()) return false;
    this.counts.dropped++;
    return true;
  }

  private begin({ zone, tick, players, monsters }: ZoneState): void {
    this.counts.states++;
    this.zone = zone;
    this.tick = tick;
    this.entities.clear();
    for (const seen of [...players, ...monsters]) this.entities.set(seen.id, { ...seen });
  }

  private change({ tick, entered, left }: ZoneView): void {
    this.counts.views++;
    this.tick = tick;
    for (const id of left) this.entities.delete(id);
    for (const seen of entered) this.entities.set(seen.id, { ...seen });
  }

  /** Who is not known yet is passed over: it is introduced by the next `zone:view`. */
  private move({ tick, moves, full }: ZoneMoves): void {
    this.counts.moves++;
    this.tick = tick;
    const told = Array.isArray(moves) ? moves : this.decode(moves);
    for (const [id, x, y, facing] of told) {
      const seen = this.entities.get(id);
      if (seen) Object.assign(seen, { x, y, facing });
    }
    if (!full) return;
    this.counts.keyframes++;
    const there = new Set(told.map(([id]) => id));
    for (const id of this.entities.keys()) if (!there.has(id)) this.entities.delete(id);
  }

  private decode(bytes: Uint8Array): Move[] {
    this.counts.bytes += bytes.byteLength;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ids = new Map([...this.entities.values()].map(({ n, id }) => [n, id]));
    const moves: Move[] = [];
    for (let at = 0; at < bytes.byteLength; at += MOVE_BYTES) {
      const facing = (view.getUint16(at + 10, true) * 2 * Math.PI) / 65_536;
      const id = ids.get(view.getUint16(at, true));
      if (id !== undefined)
        moves.push([id, view.getUint32(at + 2, true) / 100, view.getUint32(at + 6, true) / 100, facing]);
    }
    return moves;
  }
}
