/** Rooms: who may be in them, who is, over all nodes. Sockets leave theirs by themselves when they close. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, type EventName, type EventPayload, parseRoom, RoomKind, type RoomName } from '@aeturnis/contracts';
import { FailureLog } from '@aeturnis/platform';
import type { Caller } from '../connections/caller';
import { type CloseReason, Connection } from '../connections/connection';
import { Connections } from '../connections/connections';
import { NODE_FULL_RETRY_MS, NodeFullError } from '../limits/node-full';
import { RoomMemberships } from '../limits/room-memberships';
import { Membership } from '../membership/membership';
import { ONLINE } from '../membership/membership-store';
import { SocketMetrics } from '../metrics/socket-metrics';
import { RecoveryService } from '../recovery/recovery.service';
import { type EmitOptions, Outbox } from './outbox';
import { RoomKinds, type RoomKindRules } from './room-kinds';

const PAGE = 1_000;
const NODE_FULL: CloseReason = {
  code: 'OVERLOADED',
  message: 'This node is full: the rooms of this connection do not fit',
  reconnect: true,
  retryAfterMs: NODE_FULL_RETRY_MS,
};

@Injectable()
export class RoomService implements OnModuleInit {
  private readonly logger = new Logger('Rooms');
  private readonly failures = new FailureLog(this.logger);

  constructor(
    private readonly kinds: RoomKinds,
    private readonly connections: Connections,
    private readonly membership: Membership,
    private readonly outbox: Outbox,
    private readonly metrics: SocketMetrics,
    private readonly recovery: RecoveryService,
    private readonly memberships: RoomMemberships,
  ) {}

  onModuleInit(): void {
    // Every connection is in these from the beginning: presence knows their members, and no store keeps them twice.
    this.define(RoomKind.User, { access: (caller, id) => id === caller.principal.userId, tracked: false });
    this.define(RoomKind.Global, { access: (_, id) => id === 'events' || id === 'chat', tracked: false });
    this.recovery.moveBy((connection, room, into) => this.moveOne(connection, room, into));
  }

  /** Makes a kind of room known. Domains and games call this at boot. */
  define(kind: string, rules: RoomKindRules): void {
    this.kinds.define(kind, rules);
  }

  /**
   * Puts the caller's connection into a room it may be in. Settles when the membership is stored.
   * @throws AppError NOT_FOUND for a room of no known kind, FORBIDDEN, ROOM_FULL; UNAVAILABLE where this node is full.
   */
  async join(caller: Caller, room: RoomName): Promise<void> {
    const { rules, id } = this.known(room);
    if (!(await rules.access(caller, id))) throw new AppError('FORBIDDEN', 'You may not enter this room');
    await this.enter(caller, room);
  }

  /** Like `join` without asking for access: for the domain that owns the room. @throws AppError ROOM_FULL, UNAVAILABLE. */
  async enter(caller: Caller, room: RoomName): Promise<void> {
    const connection = this.connectionOf(caller);
    if (!connection) return;
    const broughtAlong = connection.rooms.has(room);
    if (broughtAlong && !connection.unregistered.delete(room)) return;
    const { rules } = this.known(room);
    if (!broughtAlong) this.memberships.mustFit(caller.principal, 1);
    // Where there is a bound, nobody hears a word before being let in.
    if (rules.capacity !== undefined) await this.mustFit(caller, room, rules);
    // Others may have come in meanwhile.
    if (!broughtAlong && rules.capacity !== undefined && !this.memberships.fits(caller.principal, 1)) {
      await this.membership.leave(room, caller.principal.userId, caller.socketId);
      this.memberships.mustFit(caller.principal, 1);
    }
    // It may have been taken out of a room that it brought along while that was being counted.
    if (!connection.open || (broughtAlong && !connection.rooms.has(room))) return;
    const stored = connection.join(room);
    this.metrics.roomJoined();
    this.logger.debug({ message: 'joined', room, userId: caller.principal.userId, socketId: caller.socketId });
    if (rules.tracked === false || rules.capacity !== undefined) return stored;
    await Promise.all([stored, this.membership.join(room, caller.principal.userId, caller.socketId)]);
  }

  /** Like `join`, of all these rooms or none. @throws AppError as `join`; FORBIDDEN and ROOM_FULL after some were joined. */
  async joinAll(caller: Caller, rooms: readonly RoomName[]): Promise<void> {
    this.memberships.mustFit(caller.principal, this.newTo(caller, rooms));
    await Promise.all(rooms.map((room) => this.join(caller, room)));
  }

  /**
   * Like `enter`, of rooms that the connection must not be without. Where this node is too full for all of them, the
   * connection is closed: its client comes back, here or on another node, and starts afresh.
   * @throws NodeFullError then.
   */
  async enterAll(caller: Caller, rooms: readonly RoomName[]): Promise<void> {
    const more = this.newTo(caller, rooms);
    try {
      if (more > 0) this.memberships.mustFit(caller.principal, more);
    } catch (error) {
      this.sendAway(this.connectionOf(caller));
      throw error;
    }
    await Promise.all(rooms.map((room) => this.enter(caller, room)));
  }

  /** The rooms in which every connection is from its beginning: presence knows their members. */
  enterStanding(connection: Connection, rooms: RoomName[]): Promise<void> | void {
    const entered = rooms.filter((room) => connection.unregistered.delete(room) || !connection.rooms.has(room));
    if (entered.length === 0 || !connection.open) return;
    this.metrics.roomJoined(entered.length);
    return connection.join(entered);
  }

  private async mustFit(caller: Caller, room: RoomName, rules: RoomKindRules): Promise<void> {
    const { userId } = caller.principal;
    const { outcome } = await this.membership.join(room, userId, caller.socketId, rules);
    if (outcome === 'full') throw new AppError('ROOM_FULL', 'The room is full');
    if (!this.connections.get(caller.socketId)) await this.membership.leave(room, userId, caller.socketId);
  }

  async leave(caller: Caller, room: RoomName): Promise<void> {
    const connection = this.connectionOf(caller);
    if (!connection?.rooms.has(room)) return;
    const tracked = this.tracked(room);
    connection.leave(room);
    connection.unregistered.delete(room);
    this.logger.debug({ message: 'left', room, userId: caller.principal.userId, socketId: caller.socketId });
    if (tracked) await this.membership.leave(room, caller.principal.userId, caller.socketId);
  }

  /**
   * Keeps a user among the members of a room, also without a connection there, until the same holder releases it or this
   * node is gone. Nobody is told of a coming or going while one of both lasts.
   */
  hold(userId: string, room: RoomName, holder: string): void {
    void this.membership.join(room, userId, holder);
  }

  release(userId: string, room: RoomName, holder: string): void {
    void this.membership.leave(room, userId, holder);
  }

  /** Makes members of the rooms that a recovered connection has brought along and that nobody has registered yet. */
  async register(connection: Connection): Promise<void> {
    const rooms = [...connection.unregistered].filter((room) => this.kinds.get(parseRoom(room)?.kind ?? ''));
    // A room that has become full meanwhile is left.
    await Promise.all(rooms.map((room) => this.enter(connection, room).catch(() => connection.leave(room))));
  }

  /** For a connection that is ending: Socket.IO empties its rooms by itself. */
  leaveAll(connection: Connection): void {
    for (const room of connection.rooms) {
      if (this.tracked(room)) void this.membership.leave(room, connection.principal.userId, connection.socketId);
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

  /** Puts all connections of a user into a room, on all nodes, and those that are away when they are recovered. */
  admit(userId: string, room: RoomName): void {
    this.recovery.order({ kind: 'join', userId, room });
    this.moveLocal(userId, room, true);
  }

  /**
   * Takes all connections of a user out of a room, on all nodes; on this one also while Redis is away. Those that are
   * away are not told on their return what came to the room since.
   */
  evict(userId: string, room: RoomName): void {
    this.recovery.order({ kind: 'leave', userId, room });
    this.moveLocal(userId, room, false);
  }

  /**
   * Users in a room over all nodes; `local` where only this node could be asked. In `user:{id}` and the global rooms are
   * those who are online, whoever was evicted.
   */
  async members(room: RoomName): Promise<{ users: string[]; local: boolean }> {
    const { kind, id = '' } = parseRoom(room) ?? {};
    if (kind === RoomKind.User) {
      const { online, local } = await this.membership.online(id);
      return { users: online ? [id] : [], local };
    }
    const group = kind === RoomKind.Global ? ONLINE : room;
    const users = new Set<string>();
    for (let cursor: string | undefined; ;) {
      const page = await this.membership.members(group, { ...(cursor === undefined ? {} : { cursor }), limit: PAGE });
      for (const user of page.users) users.add(user);
      if (page.next === undefined || page.local) return { users: [...users], local: page.local };
      cursor = page.next;
    }
  }

  /** How many users that are. */
  async count(room: RoomName): Promise<{ count: number; local: boolean }> {
    const { kind } = parseRoom(room) ?? {};
    if (kind !== RoomKind.User) return this.membership.count(kind === RoomKind.Global ? ONLINE : room);
    const { users, local } = await this.members(room);
    return { count: users.length, local };
  }

  /** The other nodes on which the user is in the room, or was when they died; none while Redis is away. */
  otherNodes(room: RoomName, userId: string): Promise<string[]> {
    return this.membership.otherNodesHolding(room, userId);
  }

  broadcast<Name extends EventName>(
    room: RoomName,
    event: Name,
    payload: EventPayload<Name>,
    options: Pick<EmitOptions, 'except' | 'chargedTo'> = {},
  ): void {
    this.outbox.toRoom(room, event, payload, options);
  }

  /** Hears of the last connection of a user leaving a room of this kind, once over all nodes, after a node's death too. */
  onVacated(kind: string, listener: (id: string, userId: string) => void): void {
    this.membership.onChange((changes) => {
      for (const change of changes) {
        const parsed = change.kind === 'left' ? parseRoom(change.group) : null;
        if (parsed?.kind === kind) listener(parsed.id, change.userId);
      }
    });
  }

  private moveLocal(userId: string, room: RoomName, into: boolean): void {
    for (const connection of this.connections.ofUser(userId)) this.moveOne(connection, room, into);
  }

  private moveOne(connection: Connection, room: RoomName, into: boolean): void {
    (into ? this.enter(connection, room) : this.leave(connection, room)).catch((error: unknown) => {
      if (error instanceof NodeFullError) return this.sendAway(connection);
      const { userId } = connection.principal;
      this.failures.warn({ message: 'a user could not be moved', room, userId, into, error });
    });
  }

  private newTo(caller: Caller, rooms: readonly RoomName[]): number {
    const known = this.connectionOf(caller)?.rooms;
    return rooms.reduce((count, room) => count + (known?.has(room) === false ? 1 : 0), 0);
  }

  // Its session would be restored without the room: what came to the room meanwhile would be missed in silence.
  private sendAway(connection: Connection | undefined): void {
    if (!connection) return;
    this.recovery.forfeit(connection.socketId);
    connection.close(NODE_FULL);
  }

  // A recovered connection has the id of the one before: what that one still has to clean up is not its own.
  private connectionOf(caller: Caller): Connection | undefined {
    const connection = this.connections.get(caller.socketId);
    return caller instanceof Connection && caller !== connection ? undefined : connection;
  }

  private known(room: RoomName): { rules: RoomKindRules; id: string } {
    const parsed = parseRoom(room);
    const rules = parsed && this.kinds.get(parsed.kind);
    if (!parsed || !rules) throw new AppError('NOT_FOUND', 'There is no such room');
    return { rules, id: parsed.id };
  }

  private tracked(room: RoomName): boolean {
    const parsed = parseRoom(room);
    const rules = parsed && this.kinds.get(parsed.kind);
    return rules !== null && rules !== undefined && rules.tracked !== false;
  }
}
