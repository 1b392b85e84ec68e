/** Answers administrators with a page of the connections of this node. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Timestamp, Uuid } from '@aeturnis/contracts';
import { NodeIdentity } from '@aeturnis/platform';
import { type Connection, ConnectionRegistry } from '@aeturnis/realtime';
import type { ClusterPageQuestion, NodePage } from '../cluster-pages/cluster-pages';
import { scan } from '../cluster-pages/scan';
import { SmallestEntries } from '../cluster-pages/smallest-entries';
import { NodeQuestions } from '../nodes/node-questions';

export const SOCKETS_TOPIC = 'sockets';

export interface SocketsQuestion extends ClusterPageQuestion {
  readonly query?: string | undefined;
}

export interface SocketEntry {
  socketId: string;
  userId: Uuid;
  name: string;
  nodeId: string;
  transport: string;
  connectedAt: Timestamp;
  rooms: number;
  /** Bytes that the client has not read yet. */
  unsentBytes: number;
}

type ConnectionKey = Pick<SocketEntry, 'userId' | 'socketId'>;

/** The connections of a user are listed together. Neither id changes while the connection is open. */
export const socketKey = ({ userId, socketId }: ConnectionKey): string => `${userId}:${socketId}`;

@Injectable()
export class LocalSockets implements OnModuleInit {
  constructor(
    private readonly identity: NodeIdentity,
    private readonly nodes: NodeQuestions,
    private readonly connections: ConnectionRegistry,
  ) {}

  onModuleInit(): void {
    this.nodes.answer<SocketsQuestion, NodePage<SocketEntry>>(SOCKETS_TOPIC, (question) => this.page(question));
  }

  async page({ query, limit, cursor }: SocketsQuestion): Promise<NodePage<SocketEntry>> {
    const selected = new SmallestEntries<Connection>(limit, cursor);
    const isFound = query === undefined ? () => true : matcherOf(query);
    await scan(this.connections.all(), (connection) => {
      const { socketId, principal } = connection;
      const key = socketKey({ userId: principal.userId, socketId });
      if (selected.admits(key) && isFound(connection)) selected.put(key, () => connection);
    });
    return { entries: selected.toArray().map((connection) => this.entryOf(connection)) };
  }

  private entryOf(connection: Connection): SocketEntry {
    const { socketId, principal, transport, openedAt, roomCount, unsentBytes } = connection;
    return {
      socketId,
      userId: principal.userId,
      name: principal.name,
      nodeId: this.identity.node,
      transport,
      connectedAt: new Date(openedAt).toISOString(),
      rooms: roomCount,
      unsentBytes,
    };
  }
}

/** Finds the beginning of an id or of a display name, in upper or lower case, and a whole address or socket id. */
function matcherOf(query: string): (connection: Connection) => boolean {
  const folded = query.normalize('NFC').toLowerCase();
  return ({ socketId, ip, principal: { userId, name } }) =>
    userId.startsWith(folded) || name.toLowerCase().startsWith(folded) || ip === folded || socketId === query;
}
