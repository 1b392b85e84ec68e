/** Joins, leaves and lists rooms over all nodes, with access checks and capacities. A closing socket leaves its rooms by itself. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, type EventName, type EventPayload, parseRoom, RoomKind, type RoomName } from '@aeturnis/contracts';
import { FailureLog } from '@aeturnis/platform';
import type { Caller } from '../connections/caller';
import { type CloseReason, Connection } from '../connections/connection';
import { ConnectionRegistry } from '../connections/connection-registry';
import { NODE_FULL_RETRY_MS, NodeFullError } from '../quota/node-full-error';
import { RoomMembershipLimit } from '../quota/room-membership-limit';
import { Membership } from '../cluster/membership/membership';
import { ONLINE } from '../cluster/presence/presence-store';
import { RoomMetrics } from '../base/metrics/room-metrics';
import { ResumeService } from '../resume/resume.service';
import { type EmitOptions, Outbox } from './outbox';
import { RoomKinds, type RoomKindRules } from './room-kinds';

const PAGE_SIZE = 1_000;
const NODE_FULL: CloseReason = {
  code: 'OVERLOADED',
  message: 'This node is full: it has no capacity for the rooms of this connection',
  reconnect: true,
  retryAfterMs: NODE_FULL_RETRY_MS,
};

@Injectable()
export class RoomService implements OnModuleInit {
  private readonly logger = new Logger('Rooms');
  private readonly failures = new FailureLog(this.logger);

  constructor(
    private readonly kinds: RoomKinds,
    private readonly connections: ConnectionRegistry,
    private readonly membership: Membership,
    private readonly outbox: Outbox,
    private readonly metrics: RoomMetrics,
    private readonly recovery: ResumeService,
    private readonly membershipLimit: RoomMembershipLimit,
  ) {}

  onModuleInit(): void {
    // The members of these rooms are the online users: presence knows them, so they are not stored again.
    this.define(RoomKind.User, { canEnter: (caller, id) => id === caller.principal.userId, isTracked: false });
    this.define(RoomKind.Global, { canEnter: (_, id) => this.kinds.hasGlobalRoom(id), isTracked: false });
    this.recovery.setRoomMover((connection, room, into) => this.moveConnection(connection, room, into));
  }

  /** Registers a kind of room. Domains and games call this at boot. */
  define(kind: string, rules: RoomKindRules): void {
    this.kinds.define(kind, rules);
  }

  /**
   * Registers a room that every connection is in from its start, before its open hooks. Domains and games call this at boot.
   * @throws if the room is not of the kind `global`, whose members are the online users, or is registered already.
   */
  addStandingRoom(room: RoomName): void {
    this.kinds.addStandingRoom(room);
    this.membershipLimit.addBaseRoom();
  }

  get standingRooms(): readonly RoomName[] {
    return this.kinds.standingRooms;
  }

  /**
   * Joins the caller's connection to a room after checking access. Resolves when the membership is stored.
   * @throws AppError NOT_FOUND for a room of an undefined kind, FORBIDDEN, ROOM_FULL; UNAVAILABLE if this node is full.
   */
  async join(caller: Caller, room: RoomName): Promise<void> {
    const { rules, id } = this.resolveRoom(room);
    if (!(await rules.canEnter(caller, id))) throw new AppError('FORBIDDEN', 'You have no access to this room');
    await this.enter(caller, room);
  }

  /** Like `join` without the access check, for the domain that owns the room. @throws AppError ROOM_FULL, UNAVAILABLE. */
  async enter(caller: Caller, room: RoomName): Promise<void> {
    const connection = this.connectionOf(caller);
    if (!connection) return;
    const isRestored = connection.rooms.has(room);
    if (isRestored && !connection.unregisteredRooms.delete(room)) return;
    const { rules } = this.resolveRoom(room);
    if (!isRestored) this.membershipLimit.assertCapacityFor(caller.principal, 1);
    // Reserved before the socket joins, so that a refused user never receives an event of the room.
    if (rules.capacity !== undefined) await this.reserveCapacity(caller, room, rules);
    // Other connections may have joined rooms during the reservation.
    if (!isRestored && rules.capacity !== undefined && !this.membershipLimit.hasCapacityFor(caller.principal, 1)) {
      await this.membership.leave(room, caller.principal.userId, caller.socketId);
      this.membershipLimit.assertCapacityFor(caller.principal, 1);
    }
    // The connection may have been closed, or removed from a restored room, during the reservation.
    if (!connection.isOpen || (isRestored && !connection.rooms.has(room))) return;
    const stored = connection.join(room);
    this.metrics.recordRoomsJoined();
    this.logger.debug({ message: 'joined', room, userId: caller.principal.userId, socketId: caller.socketId });
    if (rules.isTracked === false || rules.capacity !== undefined) return stored;
    await Promise.all([stored, this.membership.join(room, caller.principal.userId, caller.socketId)]);
  }

  /** Joins all rooms, or none if this node is full. @throws AppError as `join`; FORBIDDEN and ROOM_FULL after joining some. */
  async joinAll(caller: Caller, rooms: readonly RoomName[]): Promise<void> {
    this.membershipLimit.assertCapacityFor(caller.principal, this.countNewRooms(caller, rooms));
    await Promise.all(rooms.map((room) => this.join(caller, room)));
  }

  /**
   * Like `enter`, for rooms that the connection needs. If this node has no capacity for all of them, the connection is
   * closed: its client reconnects, to this or another node, and starts a new session.
   * @throws NodeFullError in that case.
   */
  async enterAll(caller: Caller, rooms: readonly RoomName[]): Promise<void> {
    const newRooms = this.countNewRooms(caller, rooms);
    try {
      if (newRooms > 0) this.membershipLimit.assertCapacityFor(caller.principal, newRooms);
    } catch (error) {
      this.closeForFullNode(this.connectionOf(caller));
      throw error;
    }
    await Promise.all(rooms.map((room) => this.enter(caller, room)));
  }

  /** Joins the rooms in which every connection is from its start; presence knows their members. */
  enterStanding(connection: Connection, rooms: RoomName[]): Promise<void> | void {
    const entered = rooms.filter((room) => connection.unregisteredRooms.delete(room) || !connection.rooms.has(room));
    if (entered.length === 0 || !connection.isOpen) return;
    this.metrics.recordRoomsJoined(entered.length);
    return connection.join(entered);
  }

  private async reserveCapacity(caller: Caller, room: RoomName, rules: RoomKindRules): Promise<void> {
    const { userId } = caller.principal;
    const { outcome } = await this.membership.join(room, userId, caller.socketId, rules);
    if (outcome === 'full') throw new AppError('ROOM_FULL', 'The room is full');
    if (!this.connections.get(caller.socketId)) await this.membership.leave(room, userId, caller.socketId);
  }

  async leave(caller: Caller, room: RoomName): Promise<void> {
    const connection = this.connectionOf(caller);
    if (!connection?.rooms.has(room)) return;
    const isTracked = this.isTracked(room);
    connection.leave(room);
    connection.unregisteredRooms.delete(room);
    this.logger.debug({ message: 'left', room, userId: caller.principal.userId, socketId: caller.socketId });
    if (isTracked) await this.membership.leave(room, caller.principal.userId, caller.socketId);
  }

  /**
   * Keeps a user among the members of a room without a connection in it, until the same holder releases it or this node
   * stops. No membership change is announced as long as a hold or a connection of the user remains.
   */
  hold(userId: string, room: RoomName, holder: string): void {
    void this.membership.join(room, userId, holder);
  }

  release(userId: string, room: RoomName, holder: string): void {
    void this.membership.leave(room, userId, holder);
  }

  /** Stores the memberships of the rooms that a recovered connection has restored and not registered yet. */
  async register(connection: Connection): Promise<void> {
    const rooms = [...connection.unregisteredRooms].filter((room) => this.kinds.get(parseRoom(room)?.kind ?? ''));
    // A room that has become full since the disconnection is left.
    await Promise.all(rooms.map((room) => this.enter(connection, room).catch(() => connection.leave(room))));
  }

  /** Removes the stored memberships of a closing connection; Socket.IO removes the socket from its rooms. */
  leaveAll(connection: Connection): void {
    for (const room of connection.rooms) {
      if (this.isTracked(room)) void this.membership.leave(room, connection.principal.userId, connection.socketId);
    }
  }

  has(caller: Caller, room: RoomName): boolean {
    return this.connectionOf(caller)?.rooms.has(room) ?? false;
  }

  /** The ids of the rooms of one kind that the caller's connection is in. */
  idsOf(caller: Caller, kind: string): string[] {
    const parsed = [...(this.connectionOf(caller)?.rooms ?? [])].map(parseRoom);
    return parsed.flatMap((room) => (room?.kind === kind ? [room.id] : []));
  }

  /** Joins all connections of a user to a room, on all nodes; interrupted ones join when they are resumed. */
  admit(userId: string, room: RoomName): void {
    this.recovery.publishOrder({ kind: 'join', userId, room });
    this.moveLocalConnections(userId, room, true);
  }

  /**
   * Removes all connections of a user from a room, on all nodes; on this node also during a Redis outage. Connections that
   * resume later do not receive the events that the room got since.
   */
  evict(userId: string, room: RoomName): void {
    this.recovery.publishOrder({ kind: 'leave', userId, room });
    this.moveLocalConnections(userId, room, false);
  }

  /**
   * The users in a room over all nodes; `isLocal` if only this node could be queried. For `user:{id}` and the global rooms
   * these are the online users, including evicted ones.
   */
  async members(room: RoomName): Promise<{ users: string[]; isLocal: boolean }> {
    const { kind, id = '' } = parseRoom(room) ?? {};
    if (kind === RoomKind.User) {
      const { isMember, isLocal } = await this.membership.isMember(ONLINE, id);
      return { users: isMember ? [id] : [], isLocal };
    }
    const group = kind === RoomKind.Global ? ONLINE : room;
    const users = new Set<string>();
    for (let cursor: string | undefined; ;) {
      const page = await this.membership.members(group, {
        ...(cursor === undefined ? {} : { cursor }),
        limit: PAGE_SIZE,
      });
      for (const user of page.users) users.add(user);
      if (page.next === undefined || page.isLocal) return { users: [...users], isLocal: page.isLocal };
      cursor = page.next;
    }
  }

  /** The number of users that `members` returns. */
  async count(room: RoomName): Promise<{ count: number; isLocal: boolean }> {
    const { kind } = parseRoom(room) ?? {};
    if (kind !== RoomKind.User) return this.membership.count(kind === RoomKind.Global ? ONLINE : room);
    const { users, isLocal } = await this.members(room);
    return { count: users.length, isLocal };
  }

  /** The other nodes on which the user is in the room, or was when they crashed; none during a Redis outage. */
  otherNodes(room: RoomName, userId: string): Promise<string[]> {
    return this.membership.otherNodesHolding(room, userId);
  }

  broadcast<Name extends EventName>(
    room: RoomName,
    event: Name,
    payload: EventPayload<Name>,
    options: Pick<EmitOptions, 'except' | 'chargedTo'> = {},
  ): void {
    this.outbox.emitToRoom(room, event, payload, options);
  }

  /** Calls `listener` when a user's last connection leaves a room of this kind: once over all nodes, also after a crash. */
  onVacated(kind: string, listener: (id: string, userId: string) => void): void {
    this.membership.onChange((changes) => {
      for (const change of changes) {
        const parsed = change.kind === 'left' ? parseRoom(change.group) : null;
        if (parsed?.kind === kind) listener(parsed.id, change.userId);
      }
    });
  }

  private moveLocalConnections(userId: string, room: RoomName, into: boolean): void {
    for (const connection of this.connections.ofUser(userId)) this.moveConnection(connection, room, into);
  }

  private moveConnection(connection: Connection, room: RoomName, into: boolean): void {
    (into ? this.enter(connection, room) : this.leave(connection, room)).catch((error: unknown) => {
      if (error instanceof NodeFullError) return this.closeForFullNode(connection);
      const { userId } = connection.principal;
      this.failures.warn({ message: 'room change of a connection failed', room, userId, into, error });
    });
  }

  private countNewRooms(caller: Caller, rooms: readonly RoomName[]): number {
    const current = this.connectionOf(caller)?.rooms;
    return rooms.reduce((count, room) => count + (current?.has(room) === false ? 1 : 0), 0);
  }

  // Discards the session: resumed without the room, the client would silently miss the events of the room.
  private closeForFullNode(connection: Connection | undefined): void {
    if (!connection) return;
    this.recovery.discardSession(connection.socketId);
    connection.close(NODE_FULL);
  }

  // Compared by identity: a recovered connection has the id of the old one, whose late cleanup must not affect it.
  private connectionOf(caller: Caller): Connection | undefined {
    const connection = this.connections.get(caller.socketId);
    return caller instanceof Connection && caller !== connection ? undefined : connection;
  }

  private resolveRoom(room: RoomName): { rules: RoomKindRules; id: string } {
    const parsed = parseRoom(room);
    const rules = parsed && this.kinds.get(parsed.kind);
    if (!parsed || !rules) throw new AppError('NOT_FOUND', 'This room does not exist');
    return { rules, id: parsed.id };
  }

  private isTracked(room: RoomName): boolean {
    const parsed = parseRoom(room);
    const rules = parsed && this.kinds.get(parsed.kind);
    return rules !== null && rules !== undefined && rules.isTracked !== false;
  }
}
