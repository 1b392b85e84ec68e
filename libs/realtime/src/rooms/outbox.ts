/** The one way out for events to rooms: the delivery class of the event's contract decides how it travels. */
import { Injectable } from '@nestjs/common';
import { deliveryOf, type RoomName } from '@aeturnis/contracts';
import { SocketServer } from '../adapter/socket-server';
import { SocketMetrics } from '../metrics/socket-metrics';
import { RecoveryService } from '../recovery/recovery.service';

type Except = string | string[] | undefined;
interface Target {
  emit(event: string, payload: object): unknown;
}

@Injectable()
export class Outbox {
  constructor(
    private readonly server: SocketServer,
    private readonly metrics: SocketMetrics,
    private readonly recovery: RecoveryService,
  ) {}

  /** Emits to a room, or once to whoever is in any of several, on all nodes; leaves out sockets (by id) or whole rooms. */
  toRoom(room: RoomName | readonly RoomName[], event: string, payload: object, except?: Except): void {
    if (!this.server.up) return this.metrics.emittedToNobody();
    const { io } = this.server;
    // Elsewhere there may be members that this node cannot see; alone, an unknown room is an empty one.
    const rooms = [room].flat().filter((each) => this.recovery.reaches(each));
    if (rooms.length === 0) return this.metrics.emittedToNobody();
    const selected = except === undefined ? io.to(rooms) : io.to(rooms).except(except);
    this.send(deliveryOf(event) === 'volatile' ? selected.volatile : selected, event, payload);
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
