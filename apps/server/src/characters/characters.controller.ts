/** HTTP API for the characters of the caller's account. */
import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CharacterView, type Principal, rate } from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam, RateLimit } from '../http';
import { CharactersService } from './characters.service';
import { CreateCharacterDto } from './create-character.dto';

const EXAMPLE: CharacterView = {
  id: '3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11',
  name: 'Ælfgifu',
  class: 'ranger',
  level: 1,
  experience: 0,
  zone: 'starting_village',
  x: 100,
  y: 100,
  stats: { health: 95, maxHealth: 95, attack: 14, defense: 7 },
};

@ApiTags('characters')
@Controller('api/characters')
export class CharactersController {
  constructor(private readonly characters: CharactersService) {}

  @Post()
  @RateLimit('character:create', rate(10, 60))
  @ApiOperation({ summary: 'Creates a character in the starting village. An account has at most eight.' })
  @ApiCreatedResponse({ schema: { example: EXAMPLE } })
  @ApiErrors('VALIDATION', 'NAME_TAKEN', 'CONFLICT')
  create(@CurrentUser() { userId }: Principal, @Body() dto: CreateCharacterDto): Promise<CharacterView> {
    return this.characters.create(userId, dto);
  }

  @Get()
  @ApiOperation({ summary: 'Lists your characters, oldest first.' })
  @ApiOkResponse({ schema: { example: [EXAMPLE] } })
  @ApiErrors('UNAUTHENTICATED')
  list(@CurrentUser() { userId }: Principal): Promise<CharacterView[]> {
    return this.characters.list(userId);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows one of your characters.' })
  @ApiOkResponse({ schema: { example: EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  view(@CurrentUser() { userId }: Principal, @IdParam('id') id: string): Promise<CharacterView> {
    return this.characters.view(userId, id);
  }

  @Delete(':id')
  @RateLimit('character:delete', rate(10, 60))
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes one of your characters permanently. Its name is free at once.' })
  @ApiNoContentResponse()
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  remove(@CurrentUser() { userId }: Principal, @IdParam('id') id: string): Promise<void> {
    return this.characters.remove(userId, id);
  }
}
