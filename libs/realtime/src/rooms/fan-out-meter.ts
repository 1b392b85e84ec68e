/** Charges a user for the bytes that others receive because of an operation, estimated as receivers × size at the publisher. */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { RoomName } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { SocketServer } from '../transport/socket-server';
import { Membership } from '../cluster/membership/membership';
import { FanOutBudget } from '../quota/fan-out-budget';

/** How often the number of nodes is looked up. */
const NODE_COUNT_INTERVAL_MS = 10_000;
/** Bytes of an event besides its payload: name, frame and offset. */
const FRAME_BYTES = 80;
/** Bytes of an excluded room in a journal entry, which is sent to each node. */
const ROOM_BYTES = 44;
/** Bytes of a key with its quotes, or of a number. */
const FIELD_BYTES = 12;
const MAX_DEPTH = 6;

@Injectable()
export class FanOutMeter implements OnModuleInit, OnModuleDestroy {
  private nodes = 1;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'redisUrl'>,
    private readonly server: SocketServer,
    private readonly membership: Membership,
    private readonly budget: FanOutBudget,
  ) {}

  onModuleInit(): void {
    if (this.config.redisUrl === undefined || !this.budget.isEnabled) return;
    this.timer = setInterval(() => void this.countNodes(), NODE_COUNT_INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** `payload` may be reduced to the parts that determine its size; `excludedRooms` is the number of excluded rooms. */
  charge(userId: string, room: RoomName | readonly RoomName[], payload: object, excludedRooms = 0): void {
    if (!this.budget.isEnabled || !this.server.isUp) return;
    const receivedBytes = this.estimateReceivers(room) * (FRAME_BYTES + estimateBytes(payload, MAX_DEPTH));
    this.budget.charge(userId, receivedBytes + excludedRooms * ROOM_BYTES * this.nodes);
  }

  /** The sockets of this node times the number of nodes: other nodes are assumed to have as many, and are not queried. */
  private estimateReceivers(room: RoomName | readonly RoomName[]): number {
    const { rooms } = this.server.io.of('/').adapter;
    let localSockets = 0;
    for (const name of typeof room === 'string' ? [room] : room) localSockets += rooms.get(name)?.size ?? 0;
    return localSockets * this.nodes;
  }

  private async countNodes(): Promise<void> {
    const nodes = await this.membership.nodes().catch(() => []);
    if (nodes.length > 0) this.nodes = nodes.length;
  }
}

/** The approximate size of the JSON in bytes: text is counted as UTF-8, keys and numbers by a constant. */
export function estimateBytes(value: unknown, depth: number): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + 2;
  if (typeof value !== 'object' || value === null || depth === 0) return FIELD_BYTES;
  let bytes = 2;
  for (const field of Object.values(value)) bytes += FIELD_BYTES + estimateBytes(field, depth - 1);
  return bytes;
}
