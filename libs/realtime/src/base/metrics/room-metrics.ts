/** Metrics of rooms: how many there are, who joins them, and the events emitted to them. */
import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { PlainCounter, plainCounterProvider } from './plain-metrics';

const ROOM_METRIC = {
  emitted: 'aeturnis_events_emitted_total',
  toEmptyRooms: 'aeturnis_events_to_nobody_total',
  rooms: 'aeturnis_rooms',
  joins: 'aeturnis_room_joins_total',
  memberships: 'aeturnis_room_memberships',
} as const;

const EMITTED = { name: ROOM_METRIC.emitted, help: 'Events emitted to rooms, by event.', label: 'event' };

export const ROOM_METRIC_PROVIDERS = [
  plainCounterProvider(EMITTED),
  makeCounterProvider({ name: ROOM_METRIC.toEmptyRooms, help: 'Events emitted to rooms without members.' }),
  makeGaugeProvider({
    name: ROOM_METRIC.rooms,
    help: 'Rooms with members on this node, by kind.',
    labelNames: ['kind'],
  }),
  makeCounterProvider({ name: ROOM_METRIC.joins, help: 'Rooms joined.' }),
  makeGaugeProvider({
    name: ROOM_METRIC.memberships,
    help: 'Room memberships of all connections of this node.',
  }),
];

@Injectable()
export class RoomMetrics {
  constructor(
    @InjectMetric(ROOM_METRIC.emitted) private readonly emittedTotal: PlainCounter,
    @InjectMetric(ROOM_METRIC.toEmptyRooms) private readonly toEmptyRoomsTotal: Counter,
    @InjectMetric(ROOM_METRIC.rooms) private readonly rooms: Gauge,
    @InjectMetric(ROOM_METRIC.joins) private readonly joins: Counter,
    @InjectMetric(ROOM_METRIC.memberships) private readonly memberships: Gauge,
  ) {}

  recordEmitted(event: string): void {
    this.emittedTotal.inc(event);
  }

  recordEmittedToEmptyRoom(): void {
    this.toEmptyRoomsTotal.inc();
  }

  recordRoomsJoined(rooms = 1): void {
    this.joins.inc(rooms);
  }

  setRoomMemberships(held: number): void {
    this.memberships.set(held);
  }

  /** Replaces all values: kinds without rooms are removed. */
  setRoomsByKind(counts: Record<string, number>): void {
    this.rooms.reset();
    for (const [kind, count] of Object.entries(counts)) this.rooms.set({ kind }, count);
  }
}
