/** Commands about blocks. */
import {
  BlockAdd,
  type BlockDto,
  BlockListing,
  BlockRemove,
  type BlocksView,
  type BlockView,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { BlocksService } from './blocks.service';

@RealtimeGateway()
export class BlocksGateway {
  constructor(private readonly blocks: BlocksService) {}

  @Handles(BlockAdd)
  add({ userId }: BlockDto, { principal }: Caller): Promise<BlockView> {
    return this.blocks.add(principal.userId, userId);
  }

  @Handles(BlockRemove)
  async remove({ userId }: BlockDto, { principal }: Caller): Promise<object> {
    await this.blocks.remove(principal.userId, userId);
    return {};
  }

  @Handles(BlockListing)
  async all(_: object, { principal }: Caller): Promise<BlocksView> {
    return { blocks: await this.blocks.all(principal.userId) };
  }
}
