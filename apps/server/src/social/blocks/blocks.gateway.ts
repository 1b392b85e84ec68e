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
import { Persons } from '../../characters';
import { BlocksService } from './blocks.service';

@RealtimeGateway()
export class BlocksGateway {
  constructor(
    private readonly blocks: BlocksService,
    private readonly persons: Persons,
  ) {}

  @Handles(BlockAdd)
  async add(dto: BlockDto, { principal }: Caller): Promise<BlockView> {
    return this.blocks.add(principal.userId, await this.persons.userId(dto));
  }

  @Handles(BlockRemove)
  async remove(dto: BlockDto, { principal }: Caller): Promise<object> {
    await this.blocks.remove(principal.userId, await this.persons.userId(dto));
    return {};
  }

  @Handles(BlockListing)
  async all(_: object, { principal }: Caller): Promise<BlocksView> {
    return { blocks: await this.blocks.all(principal.userId) };
  }
}
