/** The one way out for events to rooms: the delivery class of the event's contract decides how it travels. */
import { Injectable } from '@nestjs/common';
import { deliveryOf, type RoomName } from '@aeturnis/contracts';
import { SocketServer } from '../adapter/socket-server';
import { SocketMetrics } from '../metrics/socket-metrics';
import type { Reach } from '../membership/membership-store';
import { RecoveryService } from '../recovery/recovery.service';
import type { Word } from '../recovery/recovery-store';
import { FanOut } from './fan-out';

export interface EmitOptions {
  /** Sockets, by id, or rooms to leave out. */
  readonly except?: string | string[] | undefined;
  /** `here`: who is connected to this node now, and nobody else, then or later. `elsewhere`: all but those. */
  readonly reach?: Reach | undefined;
  /** The user on whose behalf it is sent: pays for it out of the fan-out budget. */
  readonly chargedTo?: string | undefined;
}
export interface WordOptions extends Pick<EmitOptions, 'except'> {
  readonly reach?: Exclude<Reach, 'here'>;
}
interface Target {
  emit(event: string, payload: object): unknown;
}

@Injectable()
export class Outbox {
  constructor(
    private readonly server: SocketServer,
    private readonly metrics: SocketMetrics,
    private readonly recovery: RecoveryService,
    private readonly fanOut: FanOut,
  ) {}

  /** Emits to a room, or once to whoever is in any of several, on all nodes. */
  toRoom(
    room: RoomName | readonly RoomName[],
    event: string,
    payload: object,
    { except, reach, chargedTo }: EmitOptions = {},
  ): void {
    if (!this.server.up) return this.metrics.emittedToNobody();
    const { io } = this.server;
    // Elsewhere there may be members that this node cannot see; alone, an unknown room is an empty one.
    const rooms = [room].flat().filter((each) => this.recovery.reaches(each));
    if (rooms.length === 0) return this.metrics.emittedToNobody();
    if (chargedTo !== undefined) this.fanOut.charge(chargedTo, rooms, payload);
    if (reach === 'elsewhere') {
      this.metrics.emitted(event);
      return void this.recovery.emit([event, payload], rooms, [except ?? []].flat(), { told: true });
    }
    const chosen = reach === 'here' ? io.local.to(rooms) : io.to(rooms);
    const selected = except === undefined ? chosen : chosen.except(except);
    this.send(deliveryOf(event) === 'volatile' ? selected.volatile : selected, event, payload);
  }

  /**
   * To rooms, on all nodes or, where who is here has had it, `elsewhere`; unless something later has been said about the
   * same thing, or the same. Settles when the journal has taken it, or passed over it.
   */
  async word(
    rooms: readonly RoomName[],
    event: string,
    payload: object,
    word: Word,
    { reach, except }: WordOptions,
  ): Promise<void> {
    // Also to rooms without anybody in them: what was said last has to be known when the next word comes.
    await this.recovery.emit([event, payload], rooms, [except ?? []].flat(), { word, told: reach === 'elsewhere' });
    this.metrics.emitted(event);
  }

  toAll(event: string, payload: object): void {
    if (!this.server.up) return this.metrics.emittedToNobody();
    const { io } = this.server;
    this.send(deliveryOf(event) === 'volatile' ? io.volatile : io, event, payload);
  }

  private send(target: unknown, event: string, payload: object): void {
    (target as Target).emit(event, payload);
    this.metrics.emitted(event);
  }
}
