/**
 * Sends administrators that subscribe the latest second of all nodes, once a second. A node with subscribers asks for it each
 * second; nodes publish while they are asked, so without a subscriber nothing is sent between nodes.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, type FiguresSample, type NodeSecond, RoomKind, roomName } from '@aeturnis/contracts';
import { NodeIdentity } from '@aeturnis/platform';
import { type Caller, ClusterBus, ConnectionHooks, RoomService } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import { FigureSampler } from './figure-sampler';

const WANTED_TOPIC = 'admin:figures_wanted';
const FIGURES_TOPIC = 'admin:figures';
/** A node publishes for this long after it was asked, in milliseconds. */
const WANTED_FOR_MS = 3_000;
/** A node whose latest second is older does not report, in milliseconds. */
const STALE_AFTER_MS = 3_000;
const ROOM = roomName(RoomKind.Admin);

interface ReceivedSecond {
  readonly figures: NodeSecond;
  readonly receivedAt: number;
}

@Injectable()
export class FiguresFeed implements OnModuleInit {
  private readonly subscribers = new Set<Caller>();
  private readonly latest = new Map<string, ReceivedSecond>();
  private wantedUntil = -Infinity;

  constructor(
    private readonly identity: NodeIdentity,
    private readonly sampler: FigureSampler,
    private readonly bus: ClusterBus,
    private readonly rooms: RoomService,
    private readonly hooks: ConnectionHooks,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    this.rooms.define(RoomKind.Admin, { canEnter: isAdmin, isTracked: false });
    // A resumed connection is in the room already.
    this.hooks.onOpen((caller) => {
      if (this.rooms.has(caller, ROOM)) this.subscribers.add(caller);
    });
    this.hooks.onClose((caller) => void this.subscribers.delete(caller));
    this.bus.subscribe(WANTED_TOPIC, () => (this.wantedUntil = performance.now() + WANTED_FOR_MS));
    this.bus.subscribe<NodeSecond>(FIGURES_TOPIC, (figures) => this.receive(figures));
    this.sampler.onSample((second, sample) => this.onSecond(second, sample));
  }

  /** @throws AppError FORBIDDEN without the role `admin`. */
  async subscribe(caller: Caller): Promise<void> {
    requireAdmin(caller);
    await this.rooms.join(caller, ROOM);
    // The connection may have ended meanwhile.
    if (this.rooms.has(caller, ROOM)) this.subscribers.add(caller);
  }

  /** @throws AppError FORBIDDEN without the role `admin`. */
  async unsubscribe(caller: Caller): Promise<void> {
    requireAdmin(caller);
    await this.remove(caller);
  }

  private onSecond(second: number, sample: FiguresSample): void {
    // Roles are changed without notice, so they are checked before each event.
    for (const caller of this.subscribers) if (!isAdmin(caller)) void this.remove(caller);
    if (this.subscribers.size > 0) this.bus.publish(WANTED_TOPIC, {});
    if (performance.now() < this.wantedUntil) {
      const figures: NodeSecond = { nodeId: this.identity.node, at: second * 1_000, ...sample };
      this.bus.publish(FIGURES_TOPIC, figures);
    }
    if (this.subscribers.size > 0) this.emit();
  }

  private receive(figures: NodeSecond): void {
    if (this.subscribers.size > 0) this.latest.set(figures.nodeId, { figures, receivedAt: performance.now() });
  }

  private emit(): void {
    const oldest = performance.now() - STALE_AFTER_MS;
    for (const [nodeId, { receivedAt }] of this.latest) if (receivedAt < oldest) this.latest.delete(nodeId);
    const nodes = [...this.latest.values()].map(({ figures }) => figures);
    nodes.sort((a, b) => a.nodeId.localeCompare(b.nodeId));
    this.realtime.emitToRoom(ROOM, 'admin:figures', { nodes }, { reach: 'here' });
  }

  private async remove(caller: Caller): Promise<void> {
    this.subscribers.delete(caller);
    await this.rooms.leave(caller, ROOM);
  }
}

const isAdmin = ({ principal }: Caller): boolean => principal.roles.includes('admin');

function requireAdmin(caller: Caller): void {
  if (!isAdmin(caller)) throw new AppError('FORBIDDEN', 'You lack the role that this command requires');
}
