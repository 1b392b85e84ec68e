/** A zone with a few who come, walk, look and go, and the pictures that those who look make of what they are told. */
import { EventEmitter } from 'node:events';
import type { MoveEncoding, ZoneView } from '@aeturnis/contracts';
import type { PreparedEvent } from '@aeturnis/realtime';
import { Cells } from '../../apps/server/src/world/area/cells';
import { Viewer } from '../../apps/server/src/world/area/viewer';
import { type Press, ZoneBroadcast } from '../../apps/server/src/world/area/zone-broadcast';
import { ZoneSpace } from '../../apps/server/src/world/area/zone-space';
import type { ClientSocket } from './client';
import { ZonePicture } from './zone-picture';

export const CROWD_SIZE = { width: 200, height: 170 };

interface Packet {
  event: string;
  text: string;
  payload: object;
}
type At = { who: number; x: number; y: number };
/** Places are shares of the zone's sides. */
export type CrowdStep =
  | ({ kind: 'put' } & At)
  | ({ kind: 'walk' } & At)
  | { kind: 'remove'; who: number }
  | { kind: 'watch'; who: number; binary: boolean }
  | { kind: 'tick' }
  | { kind: 'rest' };

interface Looker {
  socket: EventEmitter;
  picture: ZonePicture;
  told: Packet[];
  encoding: MoveEncoding;
}

export class MovingCrowd {
  /** Nobody can be told anything. */
  lagging = false;
  readonly packets = new Set<Packet>();
  private readonly space = new ZoneSpace(CROWD_SIZE);
  private readonly cells = new Cells(CROWD_SIZE);
  private readonly broadcast = new ZoneBroadcast(this.space, press);
  private readonly lookers = new Map<string, Looker>();
  /** The truth, kept by other means. */
  private readonly stands = new Map<string, { x: number; y: number; cell: number }>();
  private tick = 1_000;

  /** `losing` makes for each who looks what decides of its packets. */
  constructor(private readonly losing: () => () => boolean = () => () => false) {}

  play(step: CrowdStep): void {
    if (step.kind === 'tick') {
      this.space.begin(++this.tick);
      this.broadcast.tick(this.tick);
    } else if (step.kind === 'rest') this.rest();
    else if (step.kind === 'remove') this.remove(String(step.who));
    else if (step.kind === 'watch') this.watch(String(step.who), step.binary ? 'binary' : 'json');
    else if (step.kind === 'put' || this.stands.has(String(step.who))) this.stand(step);
  }

  /** Until everything has been told once. */
  rest(): void {
    for (let tick = 0; tick < 3; tick++) this.play({ kind: 'tick' });
  }

  /** What it was told so far. */
  told(who: number): Packet[] {
    return this.lookers.get(String(who))?.told ?? [];
  }

  forget(): void {
    for (const { told } of this.lookers.values()) told.length = 0;
    this.packets.clear();
  }

  expectTrue(): void {
    for (const [id, { picture }] of this.lookers) {
      const own = this.stands.get(id);
      if (!own) continue;
      const seen = [...this.stands].filter(([, { cell }]) => this.cells.areNear(cell, own.cell));
      const shown = [...picture.entities.values()].map((each): [string, number, number] => [each.id, each.x, each.y]);
      expect(shown.sort()).toEqual(seen.map(([each, { x, y }]): [string, number, number] => [each, x, y]).sort());
    }
  }

  private stand({ who, x: shareX, y: shareY }: At): void {
    const id = String(who);
    const [x, y] = [rounded(shareX * CROWD_SIZE.width), rounded(shareY * CROWD_SIZE.height)];
    const known = this.stands.get(id);
    this.stands.set(id, { x, y, cell: known ? this.cells.next(known.cell, x, y) : this.cells.at(x, y) });
    this.space.put({ id, kind: 'rat', level: 1 }, { x, y, facing: 0 });
  }

  private remove(id: string): void {
    this.stands.delete(id);
    this.lookers.delete(id);
    this.space.remove(id);
  }

  private watch(id: string, encoding: MoveEncoding): void {
    const one = this.space.get(id);
    if (!one) return;
    const socket = new EventEmitter();
    const picture = new ZonePicture(socket as unknown as ClientSocket, { drop: this.losing() });
    const looker: Looker = { socket, picture, told: [], encoding };
    const give = (event: PreparedEvent): boolean => !this.lagging && this.hear(looker, event as unknown as Packet);
    this.lookers.set(id, looker);
    this.space.watch(new Viewer({ give }, encoding), one);
    if (one.cell === null) throw new Error('who looks stands somewhere');
    const monsters = [...this.space.viewFrom(one.cell)].map((seen) => seen.seen);
    socket.emit('zone:state', { zone: 'crowd', tick: this.tick, players: [], monsters });
  }

  private hear({ told, socket }: Looker, packet: Packet): boolean {
    if (packet.event === 'zone:view') expectOnce(packet.payload as ZoneView);
    told.push(packet);
    this.packets.add(packet);
    socket.emit(packet.event, structuredClone(packet.payload));
    return true;
  }
}

/** Whoever is told of came or went, and is told of once. */
function expectOnce({ entered, left }: ZoneView): void {
  const ids = [...entered.map(({ id }) => id), ...left];
  expect(ids).toEqual([...new Set(ids)]);
}

const packet = (event: string, text: string, bytes?: Buffer): PreparedEvent => {
  const payload = { ...(JSON.parse(text) as object), ...(bytes && { moves: new Uint8Array(bytes) }) };
  return { event, text, payload } satisfies Packet as unknown as PreparedEvent;
};
const press: Press = {
  attachment: '0',
  pieces: (event, json) => packet(event, json.join('')),
  bytes: packet,
};

const rounded = (value: number): number => Math.round(value * 100) / 100;
