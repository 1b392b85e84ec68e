/** The API for other modules to reach clients: emits typed by the contract, across nodes, without access to sockets. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  type CloseCode,
  type EventName,
  type EventPayload,
  RoomKind,
  roomName,
  type RoomName,
} from '@aeturnis/contracts';
import { ClusterBus } from '../cluster/cluster-bus';
import { ConnectionRegistry } from '../connections/connection-registry';
import { Membership } from '../cluster/membership/membership';
import type { MembersPage, NodeLease } from '../cluster/membership/membership-store';
import { Presence } from '../cluster/presence/presence';
import type { SocketLocation } from '../cluster/presence/presence-store';
import type { JournalProgress } from '../resume/journal/journal-producer';
import { ResumeService } from '../resume/resume.service';
import type { VersionedEvent } from '../resume/stores/resume-store';
import { type EmitOptions, Outbox, type VersionedEmitOptions } from '../rooms/outbox';

const DISCONNECT_TOPIC = 'users:disconnect';
const ROLES_TOPIC = 'users:roles';
const NAME_TOPIC = 'users:name';
interface DisconnectOrder {
  userId: string;
  code: CloseCode;
  message: string;
  sessionId?: string;
}
interface RolesChange {
  userId: string;
  roles: readonly string[];
}
interface NameChange {
  userId: string;
  name: string;
}

/** An application may extend it by methods for its own rooms: see the option `service` of `RealtimeModule.forRoot()`. */
@Injectable()
export class RealtimeService implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly presence: Presence,
    protected readonly membership: Membership,
    private readonly connections: ConnectionRegistry,
    private readonly bus: ClusterBus,
    private readonly recovery: ResumeService,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe<DisconnectOrder>(DISCONNECT_TOPIC, (order) => this.disconnectLocal(order));
    this.bus.subscribe<RolesChange>(ROLES_TOPIC, (change) => this.updateRolesLocal(change));
    this.bus.subscribe<NameChange>(NAME_TOPIC, (change) => this.updateNameLocal(change));
  }

  /** Emits to all connections of a user. An event to an offline user is counted and has no other effect. */
  emitToUser<Name extends EventName>(userId: string, event: Name, payload: EventPayload<Name>): void {
    this.outbox.emitToRoom(roomName(RoomKind.User, userId), event, payload);
  }

  /** Emits to a room, or to the members of several rooms, each once. */
  emitToRoom<Name extends EventName>(
    room: RoomName | readonly RoomName[],
    event: Name,
    payload: EventPayload<Name>,
    options: EmitOptions = {},
  ): void {
    this.outbox.emitToRoom(room, event, payload, options);
  }

  /**
   * Emits an event that several nodes may publish, such as the presence of a user (versioned by its `changeSeq`) or an entry of
   * a log (versioned by its sequence). Duplicates and versions that a later one has superseded are not delivered.
   * Resolves when that is decided.
   */
  emitVersioned<Name extends EventName>(
    rooms: readonly RoomName[],
    event: Name,
    payload: EventPayload<Name>,
    versioned: VersionedEvent,
    options: VersionedEmitOptions = {},
  ): Promise<void> {
    return this.outbox.emitVersioned(rooms, event, payload, versioned, options);
  }

  broadcastToAll<Name extends EventName>(event: Name, payload: EventPayload<Name>): void {
    this.outbox.emitToAll(event, payload);
  }

  /** The connections of a user on all nodes. */
  getUserSockets(userId: string): Promise<SocketLocation[]> {
    return this.presence.sockets(userId);
  }

  async isUserOnline(userId: string): Promise<boolean> {
    const [online] = await this.presence.areOnline([userId]);
    return online ?? false;
  }

  /** The results are in the order of `userIds`. */
  areOnline(userIds: readonly string[]): Promise<boolean[]> {
    return this.presence.areOnline(userIds);
  }

  getOnlineUsers(page: { cursor?: string; limit?: number } = {}): Promise<MembersPage> {
    return this.presence.listOnline(page);
  }

  getOnlineCount(): Promise<number> {
    return this.presence.countOnline();
  }

  /** The nodes whose lease has not expired. */
  getNodes(): Promise<NodeLease[]> {
    return this.membership.nodes();
  }

  /**
   * Closes the connections of a user on all nodes, or only those of one login. Stock clients do not reconnect afterwards.
   * Works for this node even if Redis is unavailable. Disconnected sessions of the user cannot be recovered afterwards; with
   * `sessionId`, their recovery is refused because the token of that login is invalid.
   */
  disconnectUser(
    userId: string,
    reason: { code: CloseCode; message: string },
    only: { sessionId?: string } = {},
  ): void {
    if (only.sessionId === undefined) this.recovery.publishOrder({ kind: 'end', userId, ...reason });
    this.bus.publish(DISCONNECT_TOPIC, { userId, ...reason, ...only } satisfies DisconnectOrder);
  }

  /** Changes the roles of the open connections of a user, on all nodes. */
  updateRoles(userId: string, roles: readonly string[]): void {
    this.bus.publish(ROLES_TOPIC, { userId, roles } satisfies RolesChange);
  }

  /** Changes the name on the open connections of a user, on all nodes. */
  updateName(userId: string, name: string): void {
    this.bus.publish(NAME_TOPIC, { userId, name } satisfies NameChange);
  }

  /**
   * The progress of this node's recoverable events, counted from its start. If this node died now, events that are not
   * journaled yet would be lost for clients of other nodes.
   */
  get journalProgress(): JournalProgress {
    return this.recovery.journalProgress;
  }

  private disconnectLocal({ userId, code, message, sessionId }: DisconnectOrder): void {
    for (const connection of [...this.connections.ofUser(userId)]) {
      if (sessionId === undefined || connection.principal.sessionId === sessionId)
        connection.close({ code, message, reconnect: false });
    }
  }

  private updateNameLocal({ userId, name }: NameChange): void {
    for (const connection of this.connections.ofUser(userId))
      connection.updatePrincipal({ ...connection.principal, name });
  }

  private updateRolesLocal({ userId, roles }: RolesChange): void {
    for (const connection of this.connections.ofUser(userId))
      connection.updatePrincipal({ ...connection.principal, roles });
  }
}
