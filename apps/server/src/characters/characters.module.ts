/** Module of characters: the HTTP API, and CharactersService and UserResolver for the other domains. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharacterCache } from './character-cache';
import { CharactersController } from './characters.controller';
import { CharactersOfAccount } from './characters-of-account';
import { CharactersRepository } from './characters.repository';
import { CharactersService } from './characters.service';
import { NameSkeletonBackfill } from './names/name-skeleton-backfill';
import { NameSkeletonsRepository } from './names/name-skeletons.repository';
import { UserResolver } from './user-resolver';
import { PlayersController } from './players.controller';

@Module({
  imports: [AccountsModule],
  controllers: [CharactersController, PlayersController],
  providers: [
    CharacterCache,
    CharactersOfAccount,
    CharactersRepository,
    CharactersService,
    NameSkeletonBackfill,
    NameSkeletonsRepository,
    UserResolver,
  ],
  exports: [CharactersService, UserResolver],
})
export class CharactersModule {}
