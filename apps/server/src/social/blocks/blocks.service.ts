/** Adds, removes and lists blocks. Only the blocker can see that a block exists. */
import { Injectable } from '@nestjs/common';
import { AppError, type BlockView, MAX_BLOCKS } from '@aeturnis/contracts';
import { Database, isForeignKeyViolation } from '@aeturnis/platform';
import { AccountsService } from '../../accounts';
import { BlockList } from './block-list';
import { type StoredBlock, BlocksRepository } from './blocks.repository';

@Injectable()
export class BlocksService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly repository: BlocksRepository,
    private readonly list: BlockList,
  ) {}

  /** Returns an existing block unchanged. @throws AppError VALIDATION for the own account, NOT_FOUND, CONFLICT at the limit. */
  async add(userId: string, blockedId: string): Promise<BlockView> {
    if (blockedId === userId) throw new AppError('VALIDATION', 'You cannot block yourself');
    const names = await this.accounts.namesOf([blockedId]);
    if (!names.has(blockedId)) throw userNotFound();
    const block = (await this.repository.find(userId, blockedId)) ?? (await this.insert(userId, blockedId));
    return toBlockView(block, names);
  }

  /** Idempotent. */
  async remove(userId: string, blockedId: string): Promise<void> {
    await this.repository.remove(userId, blockedId);
    this.list.invalidate(userId, blockedId);
    await this.list.notifyRemoved(userId, blockedId);
  }

  /** The blocks that the user has made, the oldest first. */
  async listBlocks(userId: string): Promise<BlockView[]> {
    const stored = await this.repository.findByBlocker(userId);
    const names = await this.accounts.namesOf(stored.map(({ blockedId }) => blockedId));
    return stored.map((block) => toBlockView(block, names));
  }

  private async insert(userId: string, blockedId: string): Promise<StoredBlock> {
    const block = await this.database.transaction(async () => {
      await this.repository.lockBlocker(userId);
      const existing = await this.repository.find(userId, blockedId);
      if (existing) return existing;
      if ((await this.repository.countByBlocker(userId)) >= MAX_BLOCKS)
        throw new AppError('CONFLICT', `You can block at most ${MAX_BLOCKS} users; remove a block first`);
      return this.repository.insert(userId, blockedId).catch((error: unknown) => {
        // Either account may have been deleted since it was looked up.
        throw isForeignKeyViolation(error) ? userNotFound() : error;
      });
    });
    this.list.invalidate(userId, blockedId);
    this.list.notifyAdded(userId, blockedId);
    return block;
  }
}

const userNotFound = (): AppError => new AppError('NOT_FOUND', 'There is no such user');

const toBlockView = ({ blockedId, createdAt }: StoredBlock, names: ReadonlyMap<string, string>): BlockView => ({
  userId: blockedId,
  name: names.get(blockedId) ?? '',
  createdAt: createdAt.toISOString(),
});
