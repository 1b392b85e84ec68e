/** The module of relations between players: blocks. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharactersModule } from '../characters';
import { BlockList } from './blocks/block-list';
import { BlocksController } from './blocks/blocks.controller';
import { BlocksGateway } from './blocks/blocks.gateway';
import { BlocksOfAccount } from './blocks/blocks-of-account';
import { BlocksRepository } from './blocks/blocks.repository';
import { BlocksService } from './blocks/blocks.service';

@Module({
  imports: [AccountsModule, CharactersModule],
  controllers: [BlocksController],
  providers: [BlockList, BlocksGateway, BlocksOfAccount, BlocksRepository, BlocksService],
  exports: [BlockList],
})
export class SocialModule {}
