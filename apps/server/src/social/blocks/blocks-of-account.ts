/** What blocks add to the life of an account: its export and its deletion. */
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
    this.accounts.onDelete((userId) => this.forget(userId));
    // Those the user has made: who has blocked the user is for the others to know.
    this.accounts.onExport('blocks', (userId) => this.blocks.all(userId));
  }

  /** The rows go with the account; what nodes remember of them has to go as well. */
  private async forget(userId: string): Promise<void> {
    const gone = await this.repository.about(userId);
    const others = gone.map(({ blockerId, blockedId }) => (blockerId === userId ? blockedId : blockerId));
    this.database.afterCommit(() => this.list.changedAll(userId, others));
  }
}
