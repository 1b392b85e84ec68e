/** Blocking others: nobody but the blocker can tell that it happened. */
import { Injectable } from '@nestjs/common';
import { AppError, type BlockView, MAX_BLOCKS } from '@aeturnis/contracts';
import { AccountsService } from '../../accounts';
import { BlockList } from './block-list';
import { type Block, BlocksRepository } from './blocks.repository';

@Injectable()
export class BlocksService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly repository: BlocksRepository,
    private readonly list: BlockList,
  ) {}

  /** A block that is there already is answered as it is. @throws AppError VALIDATION for oneself, NOT_FOUND, CONFLICT for one too many. */
  async add(userId: string, blockedId: string): Promise<BlockView> {
    if (blockedId === userId) throw new AppError('VALIDATION', 'You cannot block yourself');
    const names = await this.accounts.namesOf([blockedId]);
    if (!names.has(blockedId)) throw new AppError('NOT_FOUND', 'There is no such user');
    const known = await this.repository.find(userId, blockedId);
    if (known) return viewOf(known, names);
    if ((await this.repository.countOf(userId)) >= MAX_BLOCKS)
      throw new AppError('CONFLICT', `One blocks at most ${MAX_BLOCKS} users`);
    // Either account may be on its way out.
    if (!(await this.repository.insert(userId, blockedId))) throw new AppError('NOT_FOUND', 'There is no such user');
    this.list.changed(userId, blockedId);
    const made = await this.repository.find(userId, blockedId);
    if (!made) throw new AppError('NOT_FOUND', 'There is no such user');
    return viewOf(made, names);
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
}

const viewOf = ({ blockedId, createdAt }: Block, names: ReadonlyMap<string, string>): BlockView => ({
  userId: blockedId,
  name: names.get(blockedId) ?? '',
  createdAt: createdAt.toISOString(),
});
