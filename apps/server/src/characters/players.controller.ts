/** Finding a player by the name of a character, which everybody can see, and telling nothing that they could not. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AppError, IsPlayerText, MAX_NAME_CODE_POINTS, rate } from '@aeturnis/contracts';
import { ApiErrors, Limited } from '../http';
import { CharactersService } from './characters.service';

export class PlayerQuery {
  @ApiProperty({ maxLength: MAX_NAME_CODE_POINTS, example: 'Ælfgifu' })
  @IsPlayerText({ max: MAX_NAME_CODE_POINTS, lines: 1 })
  name: string;
}

/** Neither whose character it is, nor whether it is in the world, nor where: that depends on who asks. */
export interface PlayerView {
  characterId: string;
  name: string;
}

const EXAMPLE: PlayerView = { characterId: '3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11', name: 'Ælfgifu' };

@ApiTags('players')
@Controller('api/players')
export class PlayersController {
  constructor(private readonly characters: CharactersService) {}

  /** The whole name is asked for, so that nobody lists names; who has blocked the caller is found like everybody. */
  @Get()
  @Limited('player:find', rate(30, 60, { scope: 'cluster', tightForGuests: true }))
  @ApiOperation({
    summary: 'Finds the character with this name, in any case. Commands that name a person take its id.',
  })
  @ApiOkResponse({ schema: { example: EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  async find(@Query() { name }: PlayerQuery): Promise<PlayerView> {
    const character = await this.characters.findByName(name);
    if (!character) throw new AppError('NOT_FOUND', 'There is no such character');
    return { characterId: character.id, name: character.name };
  }
}
