/** Reads users for administrators: the list, and one user in full. */
import { Injectable } from '@nestjs/common';
import { type AccountDetails, type AccountsPage, AccountsService, UserAdministration } from '../../accounts';
import { RealtimeService } from '../../realtime';
import type { UserPageDto } from './user-page.dto';
import { type UserNotesPage, UserNotesService } from './user-notes.service';

const NEWEST_NOTES = 10;

export interface UserDetails extends AccountDetails {
  /** Whether the user has a connection. */
  online: boolean;
  /** The nodes with connections of the user, by name. While Redis is unavailable, only the node that answers is known. */
  nodes: { nodeId: string; connections: number }[];
  notes: UserNotesPage;
}

@Injectable()
export class AdminUsersService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly administration: UserAdministration,
    private readonly notes: UserNotesService,
    private readonly realtime: RealtimeService,
  ) {}

  list(page: UserPageDto): Promise<AccountsPage> {
    return this.accounts.listUsers(page);
  }

  /** @throws AppError NOT_FOUND. */
  async details(userId: string): Promise<UserDetails> {
    const account = await this.administration.details(userId);
    const sockets = await this.realtime.getUserSockets(userId);
    const notes = await this.notes.page(userId, { limit: NEWEST_NOTES });
    return { ...account, online: sockets.length > 0, nodes: countByNode(sockets), notes };
  }
}

function countByNode(sockets: readonly { nodeId: string }[]): UserDetails['nodes'] {
  const counts = new Map<string, number>();
  for (const { nodeId } of sockets) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  return [...counts]
    .map(([nodeId, connections]) => ({ nodeId, connections }))
    .sort((one, other) => (one.nodeId < other.nodeId ? -1 : 1));
}
