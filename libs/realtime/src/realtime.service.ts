/** What other modules use to reach players: typed by the contract, across nodes, without knowing sockets. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  type CloseCode,
  type EventName,
  type EventPayload,
  RoomKind,
  roomName,
  type RoomName,
} from '@aeturnis/contracts';
import { ClusterBus } from './cluster/cluster-bus';
import { Connections } from './connections/connections';
import { Membership } from './membership/membership';
import type { MembersPage, NodeLease, SocketLocation } from './membership/membership-store';
import { Presence } from './presence/presence';
import type { Progress } from './recovery/recovery';
import { RecoveryService } from './recovery/recovery.service';
import type { VersionedEvent } from './recovery/recovery-store';
import { type EmitOptions, Outbox, type VersionedEmitOptions } from './rooms/outbox';

const DISCONNECT_TOPIC = 'users:disconnect';
const ROLES_TOPIC = 'users:roles';
const NAME_TOPIC = 'users:name';
interface Disconnect {
  userId: string;
  code: CloseCode;
  message: string;
  sessionId?: string;
}
interface Roles {
  userId: string;
  roles: readonly string[];
}
interface NameChange {
  userId: string;
  name: string;
}

@Injectable()
export class RealtimeService implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly presence: Presence,
    private readonly membership: Membership,
    private readonly connections: Connections,
    private readonly bus: ClusterBus,
    private readonly recovery: RecoveryService,
  ) {}

  onModuleInit(): void {
    this.bus.on<Disconnect>(DISCONNECT_TOPIC, (order) => this.disconnectLocal(order));
    this.bus.on<Roles>(ROLES_TOPIC, (change) => this.updateRolesLocal(change));
    this.bus.on<NameChange>(NAME_TOPIC, (change) => this.updateNameLocal(change));
  }

  /** To all connections of a user. An event to someone who is not there is counted and does nothing. */
  emitToUser<Name extends EventName>(userId: string, event: Name, payload: EventPayload<Name>): void {
    this.outbox.toRoom(roomName(RoomKind.User, userId), event, payload);
  }

  emitToCharacter<Name extends EventName>(characterId: string, event: Name, payload: EventPayload<Name>): void {
    this.outbox.toRoom(roomName(RoomKind.Character, characterId), event, payload);
  }

  emitToZone<Name extends EventName>(
    zone: string,
    event: Name,
    payload: EventPayload<Name>,
    options: Pick<EmitOptions, 'chargedTo'> = {},
  ): void {
    this.outbox.toRoom(roomName(RoomKind.Zone, zone), event, payload, options);
  }

  emitToCombat<Name extends EventName>(combatId: string, event: Name, payload: EventPayload<Name>): void {
    this.outbox.toRoom(roomName(RoomKind.Combat, combatId), event, payload);
  }

  emitToGuild<Name extends EventName>(guildId: string, event: Name, payload: EventPayload<Name>): void {
    this.outbox.toRoom(roomName(RoomKind.Guild, guildId), event, payload);
  }

  emitToParty<Name extends EventName>(partyId: string, event: Name, payload: EventPayload<Name>): void {
    this.outbox.toRoom(roomName(RoomKind.Party, partyId), event, payload);
  }

  emitToConversation<Name extends EventName>(conversationId: string, event: Name, payload: EventPayload<Name>): void {
    this.outbox.toRoom(roomName(RoomKind.Conversation, conversationId), event, payload);
  }

  /** To any room, or once to whoever is in any of several. */
  emitToRoom<Name extends EventName>(
    room: RoomName | readonly RoomName[],
    event: Name,
    payload: EventPayload<Name>,
    options: EmitOptions = {},
  ): void {
    this.outbox.toRoom(room, event, payload, options);
  }

  /**
   * An event that several nodes may publish, such as the presence of a user (versions by `Presence.turn`) or an entry of a
   * log (versions by its sequence). One that a later version has superseded reaches nobody, and neither does a duplicate.
   * Settles when that is decided.
   */
  emitVersioned<Name extends EventName>(
    rooms: readonly RoomName[],
    event: Name,
    payload: EventPayload<Name>,
    versioned: VersionedEvent,
    options: VersionedEmitOptions = {},
  ): Promise<void> {
    return this.outbox.toRoomsVersioned(rooms, event, payload, versioned, options);
  }

  broadcastToAll<Name extends EventName>(event: Name, payload: EventPayload<Name>): void {
    this.outbox.toAll(event, payload);
  }

  /** The connections of a user on all nodes. */
  getUserSockets(userId: string): Promise<SocketLocation[]> {
    return this.membership.sockets(userId);
  }

  async isUserOnline(userId: string): Promise<boolean> {
    const [online] = await this.presence.areOnline([userId]);
    return online ?? false;
  }

  /** In the order asked. */
  areOnline(userIds: readonly string[]): Promise<boolean[]> {
    return this.presence.areOnline(userIds);
  }

  getOnlineUsers(page: { cursor?: string; limit?: number } = {}): Promise<MembersPage> {
    return this.presence.online(page);
  }

  getOnlineCount(): Promise<number> {
    return this.presence.count();
  }

  async getZonePopulation(zone: string): Promise<number> {
    return (await this.membership.count(roomName(RoomKind.Zone, zone))).count;
  }

  /** The nodes whose lease holds. */
  getNodes(): Promise<NodeLease[]> {
    return this.membership.nodes();
  }

  /**
   * Ends the connections of a user on all nodes, or only those of one login. Stock clients stay away afterwards.
   * On this node it works also while Redis is away. Connections that are away cannot be recovered afterwards; of one
   * login alone, they fail by their token.
   */
  disconnectUser(
    userId: string,
    reason: { code: CloseCode; message: string },
    only: { sessionId?: string } = {},
  ): void {
    if (only.sessionId === undefined) this.recovery.order({ kind: 'end', userId, ...reason });
    this.bus.publish(DISCONNECT_TOPIC, { userId, ...reason, ...only } satisfies Disconnect);
  }

  /** Gives the live connections of a user other roles, on all nodes. */
  updateRoles(userId: string, roles: readonly string[]): void {
    this.bus.publish(ROLES_TOPIC, { userId, roles } satisfies Roles);
  }

  /** The name under which live connections of a user act, on all nodes. */
  updateName(userId: string, name: string): void {
    this.bus.publish(NAME_TOPIC, { userId, name } satisfies NameChange);
  }

  /**
   * How far the recoverable events of this node have come, counted from its start. What is not kept yet would be lost for
   * the other nodes if this one died now.
   */
  get progress(): Progress {
    return this.recovery.progress;
  }

  private disconnectLocal({ userId, code, message, sessionId }: Disconnect): void {
    for (const connection of [...this.connections.ofUser(userId)]) {
      if (sessionId === undefined || connection.principal.sessionId === sessionId)
        connection.close({ code, message, reconnect: false });
    }
  }

  private updateNameLocal({ userId, name }: NameChange): void {
    for (const connection of this.connections.ofUser(userId)) connection.become({ ...connection.principal, name });
  }

  private updateRolesLocal({ userId, roles }: Roles): void {
    for (const connection of this.connections.ofUser(userId)) connection.become({ ...connection.principal, roles });
  }
}
