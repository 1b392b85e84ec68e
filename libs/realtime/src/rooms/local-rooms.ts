/** The rooms of this node and the connections in them, for lists of administrators. */
import { Injectable } from '@nestjs/common';
import type { RoomName } from '@aeturnis/contracts';
import type { Connection } from '../connections/connection';
import { ConnectionRegistry } from '../connections/connection-registry';
import { SocketServer } from '../transport/socket-server';

const NO_ROOMS: ReadonlyMap<RoomName, ReadonlySet<string>> = new Map();

@Injectable()
export class LocalRooms {
  constructor(
    private readonly server: SocketServer,
    private readonly connections: ConnectionRegistry,
  ) {}

  /**
   * The ids of the sockets in each room, in no order. Also holds the room that Socket.IO creates for each socket, whose name
   * `parseRoom` does not accept. It changes as clients join and leave, also while it is iterated.
   */
  get socketIds(): ReadonlyMap<RoomName, ReadonlySet<string>> {
    return this.server.isUp ? this.server.io.of('/').adapter.rooms : NO_ROOMS;
  }

  *connectionsIn(room: RoomName): IterableIterator<Connection> {
    for (const socketId of this.socketIds.get(room) ?? []) {
      const connection = this.connections.get(socketId);
      if (connection) yield connection;
    }
  }
}
