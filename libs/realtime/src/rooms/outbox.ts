/** The one way out for events to rooms: the delivery class of the event's contract decides how it travels. */
import { Injectable } from '@nestjs/common';
import { deliveryOf, type RoomName } from '@aeturnis/contracts';
import { SocketServer } from '../adapter/socket-server';
import { SocketMetrics } from '../metrics/socket-metrics';
import type { Reach } from '../membership/membership-store';
import { RecoveryService } from '../recovery/recovery.service';
import type { VersionedEvent } from '../recovery/recovery-store';
import { FanOut } from './fan-out';

export interface EmitOptions {
  /** Sockets, by id, or rooms to leave out. */
  readonly except?: string | readonly string[] | undefined;
  /** `here`: who is connected to this node now, and nobody else, then or later. `elsewhere`: all but those. */
  readonly reach?: Reach | undefined;
  /** The user on whose behalf it is sent: pays for it out of the fan-out budget. */
  readonly chargedTo?: string | undefined;
}
export interface VersionedEmitOptions extends Pick<EmitOptions, 'except'> {
  readonly reach?: Exclude<Reach, 'here'>;
  /** Where certainly nobody is in the rooms, or awaited there, nothing is kept: the version then stays unknown. */
  readonly onlyReached?: boolean;
}
const NONE: readonly string[] = [];

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
    if (chargedTo !== undefined) this.fanOut.charge(chargedTo, rooms, payload, listed(except).length);
    if (reach === 'elsewhere') {
      this.metrics.emitted(event);
      return void this.recovery.emit([event, payload], rooms, listed(except), { told: true });
    }
    const chosen = reach === 'here' ? io.local.to(rooms) : io.to(rooms);
    const selected = except === undefined ? chosen : chosen.except(except as string | string[]);
    this.send(deliveryOf(event) === 'volatile' ? selected.volatile : selected, event, payload);
  }

  /**
   * To rooms, on all nodes or, where the sockets of this node have had it, `elsewhere`; unless it is superseded or a
   * duplicate. Settles when the journal has taken it or passed over it.
   */
  async toRoomsVersioned(
    rooms: readonly RoomName[],
    event: string,
    payload: object,
    versioned: VersionedEvent,
    { reach, except, onlyReached }: VersionedEmitOptions,
  ): Promise<void> {
    if (onlyReached === true && !rooms.some((room) => this.recovery.reaches(room)))
      return this.metrics.emittedToNobody();
    const how = { versioned, told: reach === 'elsewhere' };
    await this.recovery.emit([event, payload], rooms, listed(except), how);
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

/** The list itself, not a copy: events of one user may share a long one. */
const listed = (except: string | readonly string[] | undefined): readonly string[] =>
  typeof except === 'string' ? [except] : (except ?? NONE);
