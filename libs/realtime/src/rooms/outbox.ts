/** Emits all events to rooms; the delivery class of the event's contract determines how they are sent. */
import { Injectable } from '@nestjs/common';
import { deliveryOf, type RoomName } from '@aeturnis/contracts';
import { SocketServer } from '../transport/socket-server';
import { RoomMetrics } from '../base/metrics/room-metrics';
import type { DeliveryScope } from '../cluster/membership/membership-store';
import { ResumeService } from '../resume/resume.service';
import type { VersionedEvent } from '../resume/stores/resume-store';
import { FanOutMeter } from './fan-out-meter';

export interface EmitOptions {
  /** Excluded sockets (by id) and rooms. */
  readonly except?: string | readonly string[] | undefined;
  /** `here`: only sockets that are connected to this node now, without replay. `elsewhere`: all receivers but those. */
  readonly reach?: DeliveryScope | undefined;
  /** The user whose fan-out budget is charged. */
  readonly chargedTo?: string | undefined;
}
export interface VersionedEmitOptions extends Pick<EmitOptions, 'except'> {
  readonly reach?: Exclude<DeliveryScope, 'here'>;
  /** Publishes nothing if the rooms have neither members nor resumable sessions; the version is then not recorded. */
  readonly skipIfUnreachable?: boolean;
}
const NO_ROOMS: readonly string[] = [];

interface EmitTarget {
  emit(event: string, payload: object): unknown;
}

@Injectable()
export class Outbox {
  constructor(
    private readonly server: SocketServer,
    private readonly metrics: RoomMetrics,
    private readonly recovery: ResumeService,
    private readonly fanOutMeter: FanOutMeter,
  ) {}

  /** Emits to a room on all nodes; of several rooms, a socket that is in more than one receives the event once. */
  emitToRoom(
    room: RoomName | readonly RoomName[],
    event: string,
    payload: object,
    { except, reach, chargedTo }: EmitOptions = {},
  ): void {
    if (!this.server.isUp) return this.metrics.recordEmittedToEmptyRoom();
    const { io } = this.server;
    // In a cluster, other nodes may have members of a room; on a single node, an unknown room is empty.
    const rooms = [room].flat().filter((name) => this.recovery.mayHaveRecipients(name));
    if (rooms.length === 0) return this.metrics.recordEmittedToEmptyRoom();
    if (chargedTo !== undefined) this.fanOutMeter.charge(chargedTo, rooms, payload, asList(except).length);
    if (reach === 'elsewhere') {
      this.metrics.recordEmitted(event);
      return void this.recovery.publish([event, payload], rooms, asList(except), { isDeliveredLocally: true });
    }
    const included = reach === 'here' ? io.local.to(rooms) : io.to(rooms);
    const target = except === undefined ? included : included.except(except as string | string[]);
    this.send(deliveryOf(event) === 'volatile' ? target.volatile : target, event, payload);
  }

  /**
   * Emits to rooms on all nodes, or `elsewhere` if the sockets of this node have received the event already. The journal
   * skips a superseded or duplicate event. Resolves when the journal has stored or skipped it.
   */
  async emitVersioned(
    rooms: readonly RoomName[],
    event: string,
    payload: object,
    versioned: VersionedEvent,
    { reach, except, skipIfUnreachable }: VersionedEmitOptions,
  ): Promise<void> {
    if (skipIfUnreachable === true && !rooms.some((room) => this.recovery.mayHaveRecipients(room)))
      return this.metrics.recordEmittedToEmptyRoom();
    const journalOptions = { versioned, isDeliveredLocally: reach === 'elsewhere' };
    await this.recovery.publish([event, payload], rooms, asList(except), journalOptions);
    this.metrics.recordEmitted(event);
  }

  emitToAll(event: string, payload: object): void {
    if (!this.server.isUp) return this.metrics.recordEmittedToEmptyRoom();
    const { io } = this.server;
    this.send(deliveryOf(event) === 'volatile' ? io.volatile : io, event, payload);
  }

  private send(target: unknown, event: string, payload: object): void {
    (target as EmitTarget).emit(event, payload);
    this.metrics.recordEmitted(event);
  }
}

/** Returns the list itself, not a copy: events of one user may share a long list. */
const asList = (except: string | readonly string[] | undefined): readonly string[] =>
  typeof except === 'string' ? [except] : (except ?? NO_ROOMS);
