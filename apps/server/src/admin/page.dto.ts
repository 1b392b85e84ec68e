/** Which page of a list is asked for. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { PART_OF_NAME } from '@aeturnis/contracts';
import { IsNumberString, IsOptional, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../http';

const OF_NAME = { message: '$property must be a part of a name: letters, digits, and what names have between them' };
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
  @Matches(PART_OF_NAME, OF_NAME)
  query?: string;

  @ApiPropertyOptional({ example: 'anna', description: 'The login of one user, instead of `query`.' })
  @IsOptional()
  @Matches(LOGIN, { message: '$property must be a username: letters A-Z, digits, _ . or -' })
  login?: string;

  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @Matches(PART_OF_NAME, OF_NAME)
  cursor?: string;
}
