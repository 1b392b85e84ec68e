/** Registers blocks with the export and the deletion of an account. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { AccountsService } from '../../accounts';
import { BlockList } from './block-list';
import { BlocksRepository } from './blocks.repository';
import { BlocksService } from './blocks.service';

@Injectable()
export class BlocksOfAccount implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly repository: BlocksRepository,
    private readonly blocks: BlocksService,
    private readonly list: BlockList,
  ) {}

  onModuleInit(): void {
    this.accounts.onDelete((userId) => this.invalidateOnDelete(userId));
    // Exports only blocks that the user has made: blocks by others are their data.
    this.accounts.onExport('blocks', (userId) => this.blocks.listBlocks(userId));
  }

  /** The database deletes the rows with the account; the caches of the nodes must be invalidated too. */
  private async invalidateOnDelete(userId: string): Promise<void> {
    const blocksOfUser = await this.repository.findInvolving(userId);
    const others = blocksOfUser.map(({ blockerId, blockedId }) => (blockerId === userId ? blockedId : blockerId));
    this.database.afterCommit(() => this.list.invalidateAll(userId, others));
  }
}
