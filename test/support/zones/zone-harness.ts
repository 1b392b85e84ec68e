/** Runs a zone without a server: entities enter, move and leave, and watchers build views from the packets they receive. */
import { EventEmitter } from 'node:events';
import type { MoveEncoding, ZoneView } from '@aeturnis/contracts';
import type { PreparedEvent } from '@aeturnis/realtime';
import { CellGrid } from '../../../apps/server/src/world/interest/cell-grid';
import { Viewer } from '../../../apps/server/src/world/interest/viewer';
import { type PacketEncoder, ZoneBroadcast } from '../../../apps/server/src/world/replication/zone-broadcast';
import { ZoneSpace } from '../../../apps/server/src/world/interest/zone-space';
import type { ClientSocket } from '../clients/client';
import { ZonePicture } from './zone-picture';

export const HARNESS_ZONE_SIZE = { width: 200, height: 170 };

interface RecordedPacket {
  event: string;
  text: string;
  payload: object;
}
type PositionShare = { who: number; x: number; y: number };
/** Positions are fractions of the zone's sides. */
export type ZoneHarnessStep =
  | ({ kind: 'put' } & PositionShare)
  | ({ kind: 'walk' } & PositionShare)
  | { kind: 'remove'; who: number }
  | { kind: 'watch'; who: number; binary: boolean }
  | { kind: 'tick' }
  | { kind: 'rest' };

interface ZoneWatcher {
  socket: EventEmitter;
  picture: ZonePicture;
  packets: RecordedPacket[];
  encoding: MoveEncoding;
}

export class ZoneHarness {
  /** Whether sends to all watchers fail, as to lagging clients. */
  isLagging = false;
  readonly packets = new Set<RecordedPacket>();
  private readonly space = new ZoneSpace(HARNESS_ZONE_SIZE);
  private readonly cells = new CellGrid(HARNESS_ZONE_SIZE);
  private readonly broadcast = new ZoneBroadcast(this.space, recordingEncoder);
  private readonly watchers = new Map<string, ZoneWatcher>();
  /** The actual positions, kept independently of the zone. */
  private readonly expectedPositions = new Map<string, { x: number; y: number; cell: number }>();
  private tick = 1_000;

  /** `createPacketLoss` creates, for each watcher, the function that decides whether a packet is lost. */
  constructor(private readonly createPacketLoss: () => () => boolean = () => () => false) {}

  apply(step: ZoneHarnessStep): void {
    if (step.kind === 'tick') {
      this.space.beginTick(++this.tick);
      this.broadcast.tick(this.tick);
    } else if (step.kind === 'rest') this.tickUntilDelivered();
    else if (step.kind === 'remove') this.remove(String(step.who));
    else if (step.kind === 'watch') this.watch(String(step.who), step.binary ? 'binary' : 'json');
    else if (step.kind === 'put' || this.expectedPositions.has(String(step.who))) this.place(step);
  }

  /** Ticks until every change has been sent once. */
  tickUntilDelivered(): void {
    for (let tick = 0; tick < 3; tick++) this.apply({ kind: 'tick' });
  }

  /** The packets that a watcher has received so far. */
  packetsOf(who: number): RecordedPacket[] {
    return this.watchers.get(String(who))?.packets ?? [];
  }

  clearPackets(): void {
    for (const { packets } of this.watchers.values()) packets.length = 0;
    this.packets.clear();
  }

  expectAccurateViews(): void {
    for (const [id, { picture }] of this.watchers) {
      const own = this.expectedPositions.get(id);
      if (!own) continue;
      const seen = [...this.expectedPositions].filter(([, { cell }]) => this.cells.areNear(cell, own.cell));
      const shown = [...picture.entities.values()].map((e): [string, number, number] => [e.id, e.x, e.y]);
      expect(shown.sort()).toEqual(seen.map(([seenId, { x, y }]): [string, number, number] => [seenId, x, y]).sort());
    }
  }

  private place({ who, x: shareX, y: shareY }: PositionShare): void {
    const id = String(who);
    const [x, y] = [rounded(shareX * HARNESS_ZONE_SIZE.width), rounded(shareY * HARNESS_ZONE_SIZE.height)];
    const known = this.expectedPositions.get(id);
    this.expectedPositions.set(id, {
      x,
      y,
      cell: known ? this.cells.cellAfterMove(known.cell, x, y) : this.cells.cellAt(x, y),
    });
    this.space.upsert({ id, kind: 'rat', level: 1 }, { x, y, facing: 0 });
  }

  private remove(id: string): void {
    this.expectedPositions.delete(id);
    this.watchers.delete(id);
    this.space.remove(id);
  }

  private watch(id: string, encoding: MoveEncoding): void {
    const entity = this.space.get(id);
    if (!entity) return;
    const socket = new EventEmitter();
    const picture = new ZonePicture(socket as unknown as ClientSocket, { drop: this.createPacketLoss() });
    const watcher: ZoneWatcher = { socket, picture, packets: [], encoding };
    const sendPrepared = (event: PreparedEvent): boolean =>
      !this.isLagging && this.receive(watcher, event as unknown as RecordedPacket);
    this.watchers.set(id, watcher);
    this.space.watch(new Viewer({ sendPrepared }, encoding), entity);
    if (entity.cell === null) throw new Error(`watcher ${id} has no cell`);
    const monsters = [...this.space.entitiesVisibleFrom(entity.cell)].map((seen) => seen.view);
    socket.emit('zone:state', { zone: 'crowd', tick: this.tick, players: [], monsters });
  }

  private receive({ packets, socket }: ZoneWatcher, packet: RecordedPacket): boolean {
    if (packet.event === 'zone:view') expectAnnouncedOnce(packet.payload as ZoneView);
    packets.push(packet);
    this.packets.add(packet);
    socket.emit(packet.event, structuredClone(packet.payload));
    return true;
  }
}

/** A packet announces each entity at most once, as entered or as left. */
function expectAnnouncedOnce({ entered, left }: ZoneView): void {
  const ids = [...entered.map(({ id }) => id), ...left];
  expect(ids).toEqual([...new Set(ids)]);
}

const recordedPacket = (event: string, text: string, bytes?: Buffer): PreparedEvent => {
  const payload = { ...(JSON.parse(text) as object), ...(bytes && { moves: new Uint8Array(bytes) }) };
  return { event, text, payload } satisfies RecordedPacket as unknown as PreparedEvent;
};
const recordingEncoder: PacketEncoder = {
  attachment: '0',
  prepareJson: (event, json) => recordedPacket(event, json.join('')),
  prepareBinary: recordedPacket,
};

const rounded = (value: number): number => Math.round(value * 100) / 100;
