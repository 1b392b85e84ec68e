/** Blocking others: nobody but the blocker can tell that it happened. */
import { Injectable } from '@nestjs/common';
import { AppError, type BlockView, MAX_BLOCKS } from '@aeturnis/contracts';
import { Database, isForeignKeyViolation } from '@aeturnis/platform';
import { AccountsService } from '../../accounts';
import { BlockList } from './block-list';
import { type Block, BlocksRepository } from './blocks.repository';

@Injectable()
export class BlocksService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly repository: BlocksRepository,
    private readonly list: BlockList,
  ) {}

  /** A block that is there already is answered as it is. @throws AppError VALIDATION for oneself, NOT_FOUND, CONFLICT for one too many. */
  async add(userId: string, blockedId: string): Promise<BlockView> {
    if (blockedId === userId) throw new AppError('VALIDATION', 'You cannot block yourself');
    const names = await this.accounts.namesOf([blockedId]);
    if (!names.has(blockedId)) throw noUser();
    const block = (await this.repository.find(userId, blockedId)) ?? (await this.insert(userId, blockedId));
    return viewOf(block, names);
  }

  /** Nothing where there is no such block. */
  async remove(userId: string, blockedId: string): Promise<void> {
    await this.repository.remove(userId, blockedId);
    this.list.changed(userId, blockedId);
    await this.list.removed(userId, blockedId);
  }

  /** The oldest first. */
  async all(userId: string): Promise<BlockView[]> {
    const made = await this.repository.madeBy(userId);
    const names = await this.accounts.namesOf(made.map(({ blockedId }) => blockedId));
    return made.map((block) => viewOf(block, names));
  }

  private async insert(userId: string, blockedId: string): Promise<Block> {
    const block = await this.database.transaction(async () => {
      await this.repository.lockBlocker(userId);
      const existing = await this.repository.find(userId, blockedId);
      if (existing) return existing;
      if ((await this.repository.countOf(userId)) >= MAX_BLOCKS)
        throw new AppError('CONFLICT', `One blocks at most ${MAX_BLOCKS} users`);
      return this.repository.insert(userId, blockedId).catch((error: unknown) => {
        // Either account may have been deleted since it was looked up.
        throw isForeignKeyViolation(error) ? noUser() : error;
      });
    });
    this.list.changed(userId, blockedId);
    return block;
  }
}

const noUser = (): AppError => new AppError('NOT_FOUND', 'There is no such user');

const viewOf = ({ blockedId, createdAt }: Block, names: ReadonlyMap<string, string>): BlockView => ({
  userId: blockedId,
  name: names.get(blockedId) ?? '',
  createdAt: createdAt.toISOString(),
});
