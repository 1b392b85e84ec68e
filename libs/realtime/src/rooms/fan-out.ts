/** Charges a user for what others receive because of an operation: receivers × size, estimated where it is published. */
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { RoomName } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { SocketServer } from '../adapter/socket-server';
import { Membership } from '../membership/membership';
import { FanOutBudget } from '../quota/fan-out-budget';

/** How often the number of nodes is looked up. */
const LOOK_MS = 10_000;
/** Name, frame and offset of an event. */
const FRAME_BYTES = 80;
/** A room that is left out, in the journal and on its way to other nodes. */
const ROOM_BYTES = 44;
/** A key with its quotes, or a number. */
const FIELD_BYTES = 12;
const MAX_DEPTH = 6;

@Injectable()
export class FanOut implements OnModuleInit, OnModuleDestroy {
  private nodes = 1;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'redisUrl'>,
    private readonly server: SocketServer,
    private readonly membership: Membership,
    private readonly budget: FanOutBudget,
  ) {}

  onModuleInit(): void {
    if (this.config.redisUrl === undefined || !this.budget.isOn) return;
    this.timer = setInterval(() => void this.countNodes(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** `payload`: what is sent, or as much of it as decides about its size; `leftOut`: how many rooms do not get it. */
  charge(userId: string, room: RoomName | readonly RoomName[], payload: object, leftOut = 0): void {
    if (!this.budget.isOn || !this.server.up) return;
    const received = this.receivers(room) * (FRAME_BYTES + sizeOf(payload, MAX_DEPTH));
    this.budget.charge(userId, received + leftOut * ROOM_BYTES * this.nodes);
  }

  /** Those here, as if there were as many on each node: the others are not asked. */
  private receivers(room: RoomName | readonly RoomName[]): number {
    const { rooms } = this.server.io.of('/').adapter;
    let here = 0;
    for (const each of typeof room === 'string' ? [room] : room) here += rooms.get(each)?.size ?? 0;
    return here * this.nodes;
  }

  private async countNodes(): Promise<void> {
    const nodes = await this.membership.nodes().catch(() => []);
    if (nodes.length > 0) this.nodes = nodes.length;
  }
}

/** Bytes of the JSON, roughly: text is counted as UTF-8, keys and numbers by a constant. */
export function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + 2;
  if (typeof value !== 'object' || value === null || depth === 0) return FIELD_BYTES;
  let bytes = 2;
  for (const field of Object.values(value)) bytes += FIELD_BYTES + sizeOf(field, depth - 1);
  return bytes;
}
