/** Characters: created and listed over HTTP, known to the other domains through CharactersService. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharacterCache } from './character-cache';
import { CharactersController } from './characters.controller';
import { CharactersOfAccount } from './characters-of-account';
import { CharactersRepository } from './characters.repository';
import { CharactersService } from './characters.service';
import { NameSkeletons } from './name-skeletons';
import { NameSkeletonsRepository } from './name-skeletons.repository';
import { Persons } from './persons';
import { PlayersController } from './players.controller';

@Module({
  imports: [AccountsModule],
  controllers: [CharactersController, PlayersController],
  providers: [
    CharacterCache,
    CharactersOfAccount,
    CharactersRepository,
    CharactersService,
    NameSkeletons,
    NameSkeletonsRepository,
    Persons,
  ],
  exports: [CharactersService, Persons],
})
export class CharactersModule {}
