/** The connections of this node, by id and by user. */
import { Injectable } from '@nestjs/common';
import type { Connection } from './connection';

const NONE: ReadonlySet<Connection> = new Set();

@Injectable()
export class ConnectionRegistry {
  private readonly byId = new Map<string, Connection>();
  private readonly byUser = new Map<string, Set<Connection>>();

  add(connection: Connection): void {
    const { userId } = connection.principal;
    this.byId.set(connection.socketId, connection);
    const userConnections = this.byUser.get(userId);
    if (userConnections) userConnections.add(connection);
    else this.byUser.set(userId, new Set([connection]));
  }

  /** Compared by identity: a recovered connection may have taken over the id of this one. */
  remove(connection: Connection): void {
    if (this.byId.get(connection.socketId) !== connection) return;
    this.byId.delete(connection.socketId);
    const { userId } = connection.principal;
    const userConnections = this.byUser.get(userId);
    userConnections?.delete(connection);
    if (userConnections?.size === 0) this.byUser.delete(userId);
  }

  get(socketId: string): Connection | undefined {
    return this.byId.get(socketId);
  }

  ofUser(userId: string): ReadonlySet<Connection> {
    return this.byUser.get(userId) ?? NONE;
  }

  all(): IterableIterator<Connection> {
    return this.byId.values();
  }

  get size(): number {
    return this.byId.size;
  }

  get userCount(): number {
    return this.byUser.size;
  }
}
