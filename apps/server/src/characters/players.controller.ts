/** HTTP API that finds a player by the name of a character. It returns only what every player can see. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppError, IsPlayerText, MAX_NAME_CODE_POINTS, rate, type Uuid } from '@aeturnis/contracts';
import { ApiErrors, RateLimit } from '../http';
import { CharactersService } from './characters.service';

class PlayerQuery {
  /** @example "Ælfgifu" */
  @IsPlayerText({ max: MAX_NAME_CODE_POINTS, lines: 1 })
  name: string;
}

/** Without owner, presence and position, which not every caller may see. */
interface PlayerView {
  characterId: Uuid;
  name: string;
}

const EXAMPLE: PlayerView = { characterId: '3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11', name: 'Ælfgifu' };

@ApiTags('players')
@Controller('api/players')
export class PlayersController {
  constructor(private readonly characters: CharactersService) {}

  /** Requires the whole name, so that names cannot be listed. Also finds users who blocked the caller, to hide the block. */
  @Get()
  @RateLimit('player:find', rate(30, 60, { scope: 'cluster', tightForGuests: true }))
  @ApiOperation({
    summary: 'Finds the character with this name, ignoring case. Commands that refer to a player take its id.',
  })
  @ApiOkResponse({ schema: { example: EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  async find(@Query() { name }: PlayerQuery): Promise<PlayerView> {
    const character = await this.characters.findByName(name);
    if (!character) throw new AppError('NOT_FOUND', 'There is no such character');
    return { characterId: character.id, name: character.name };
  }
}
