/** Which page of a list is asked for. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsNumberString, IsOptional, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../http';

/** What display names consist of. */
const PART_OF_NAME = /^[\p{L}\p{M}\p{N} '’·‐_.\u200c\u200d-]{1,50}$/u;
const LOGIN = /^[A-Za-z0-9_.-]{1,50}$/;

export class AuditPageDto extends PageQuery {
  @ApiPropertyOptional({ example: '1042', description: '`next` of the page before.' })
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  cursor?: string;
}

export class UserPageDto extends PageQuery {
  @ApiPropertyOptional({ example: 'ann', description: 'The beginning of a display name.' })
  @IsOptional()
  @Matches(PART_OF_NAME)
  query?: string;

  @ApiPropertyOptional({ example: 'anna', description: 'The login of one user, instead of `query`.' })
  @IsOptional()
  @Matches(LOGIN)
  login?: string;

  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @Matches(PART_OF_NAME)
  cursor?: string;
}
