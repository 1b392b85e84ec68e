/** Lists the connections of all nodes, page by page. */
import { Injectable } from '@nestjs/common';
import { type ClusterPage, ClusterPages } from '../cluster-pages/cluster-pages';
import { type SocketEntry, socketKey, SOCKETS_TOPIC, type SocketsQuestion } from './local-sockets';
import type { SocketsQueryDto } from './sockets-query.dto';

const PAGE_SIZE = 50;

export interface SocketsPage extends Omit<ClusterPage<SocketEntry>, 'entries'> {
  /** Ordered by user id and socket id. */
  sockets: SocketEntry[];
}

@Injectable()
export class AdminSocketsService {
  constructor(private readonly pages: ClusterPages) {}

  /** @throws AppError NOT_FOUND for a node that does not exist. */
  async list({ query, node, limit = PAGE_SIZE, cursor }: SocketsQueryDto): Promise<SocketsPage> {
    const question: SocketsQuestion = { query, limit, cursor };
    // A connection that is being resumed on another node may be open on both for a moment: the later one counts.
    const later = (known: SocketEntry, other: SocketEntry): SocketEntry =>
      other.connectedAt > known.connectedAt ? other : known;
    const page = await this.pages.collect<SocketEntry>(
      SOCKETS_TOPIC,
      question,
      { keyOf: socketKey, merge: later },
      node,
    );
    const { entries: sockets, ...rest } = page;
    return { sockets, ...rest };
  }
}
