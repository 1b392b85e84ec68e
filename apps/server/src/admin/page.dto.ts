/** Queries of the paginated lists of the admin API. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsId, NAME_SEARCH_PATTERN } from '@aeturnis/contracts';
import { IsNumberString, IsOptional, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../http';

const NAME_PART_OPTIONS = {
  message: '$property must be a part of a name: letters, digits, spaces and the punctuation of names',
};
const LOGIN = /^[A-Za-z0-9_.-]{1,50}$/;

export class AuditPageDto extends PageQuery {
  @ApiPropertyOptional({ example: '1042', description: '`next` of the previous page.' })
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  cursor?: string;
}

export class UserPageDto extends PageQuery {
  @ApiPropertyOptional({ example: 'ann', description: 'The beginning of a display name.' })
  @IsOptional()
  @Matches(NAME_SEARCH_PATTERN, NAME_PART_OPTIONS)
  query?: string;

  @ApiPropertyOptional({ example: 'anna', description: 'The login of one user, instead of `query`.' })
  @IsOptional()
  @Matches(LOGIN, { message: '$property must be a username: letters A-Z, digits, _ . or -' })
  login?: string;

  @ApiPropertyOptional({ description: '`next` of the previous page.' })
  @IsOptional()
  @Matches(NAME_SEARCH_PATTERN, NAME_PART_OPTIONS)
  cursor?: string;
}

export class FightPageDto extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: '`next` of the previous page.' })
  @IsOptional()
  @IsId()
  cursor?: string;
}
