/** Socket commands for blocks. */
import {
  BlockAdd,
  type BlockDto,
  BlockListing,
  BlockRemove,
  type BlocksView,
  type BlockView,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { UserResolver } from '../../characters';
import { BlocksService } from './blocks.service';

@RealtimeGateway()
export class BlocksGateway {
  constructor(
    private readonly blocks: BlocksService,
    private readonly resolver: UserResolver,
  ) {}

  @Handles(BlockAdd)
  async add(dto: BlockDto, { principal }: Caller): Promise<BlockView> {
    return this.blocks.add(principal.userId, await this.resolver.resolveUserId(dto));
  }

  @Handles(BlockRemove)
  async remove(dto: BlockDto, { principal }: Caller): Promise<object> {
    await this.blocks.remove(principal.userId, await this.resolver.resolveUserId(dto));
    return {};
  }

  @Handles(BlockListing)
  async all(_: object, { principal }: Caller): Promise<BlocksView> {
    return { blocks: await this.blocks.listBlocks(principal.userId) };
  }
}
