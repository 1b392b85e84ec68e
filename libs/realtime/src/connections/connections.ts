/** The connections of this node, by id and by user. */
import { Injectable } from '@nestjs/common';
import type { Connection } from './connection';

const NONE: ReadonlySet<Connection> = new Set();

@Injectable()
export class Connections {
  private readonly byId = new Map<string, Connection>();
  private readonly byUser = new Map<string, Set<Connection>>();

  add(connection: Connection): void {
    const { userId } = connection.principal;
    this.byId.set(connection.socketId, connection);
    const own = this.byUser.get(userId);
    if (own) own.add(connection);
    else this.byUser.set(userId, new Set([connection]));
  }

  /** Removes this very object: another connection may have taken its id meanwhile. */
  remove(connection: Connection): void {
    if (this.byId.get(connection.socketId) !== connection) return;
    this.byId.delete(connection.socketId);
    const { userId } = connection.principal;
    const own = this.byUser.get(userId);
    own?.delete(connection);
    if (own?.size === 0) this.byUser.delete(userId);
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

  get users(): number {
    return this.byUser.size;
  }
}
