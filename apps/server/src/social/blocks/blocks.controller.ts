/** HTTP routes of blocks. */
import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  BlockAdd,
  BlockDto,
  BlockListing,
  BlockRemove,
  type BlocksView,
  type BlockView,
  type Principal,
} from '@aeturnis/contracts';
import { UserResolver } from '../../characters';
import { ApiErrors, CurrentUser, IdParam, RateLimitAs } from '../../http';
import { BlocksService } from './blocks.service';

const EXAMPLE: BlockView = {
  userId: '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11',
  name: 'ben',
  createdAt: '2030-05-17T12:00:00.000Z',
};

@ApiTags('blocks')
@Controller('api/blocks')
export class BlocksController {
  constructor(
    private readonly blocks: BlocksService,
    private readonly resolver: UserResolver,
  ) {}

  @Get()
  @RateLimitAs(BlockListing)
  @ApiOperation({ summary: 'Lists the users that the caller blocks, the oldest block first.' })
  @ApiOkResponse({ schema: { example: { blocks: [EXAMPLE] } } })
  @ApiErrors('UNAUTHENTICATED')
  async all(@CurrentUser() { userId }: Principal): Promise<BlocksView> {
    return { blocks: await this.blocks.listBlocks(userId) };
  }

  @Post()
  @RateLimitAs(BlockAdd)
  @ApiOperation({
    summary: 'Blocks a user, given by `userId` or by a `characterId` of theirs. The user cannot notice it.',
  })
  @ApiBody({ schema: { example: { userId: EXAMPLE.userId } } })
  @ApiCreatedResponse({ schema: { example: EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'CONFLICT')
  async add(@CurrentUser() principal: Principal, @Body() dto: BlockDto): Promise<BlockView> {
    return this.blocks.add(principal.userId, await this.resolver.resolveUserId(dto));
  }

  @Delete(':userId')
  @RateLimitAs(BlockRemove)
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends a block.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION')
  remove(@CurrentUser() principal: Principal, @IdParam('userId') userId: string): Promise<void> {
    return this.blocks.remove(principal.userId, userId);
  }
}
