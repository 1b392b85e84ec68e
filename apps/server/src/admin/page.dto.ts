/** Which page of a list is asked for. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsNumberString, IsOptional, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../http';

const PART_OF_NAME = /^[A-Za-z0-9_.-]{1,32}$/;

export class AuditPageDto extends PageQuery {
  @ApiPropertyOptional({ example: '1042', description: '`next` of the page before.' })
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  cursor?: string;
}

export class UserPageDto extends PageQuery {
  @ApiPropertyOptional({ example: 'ann', description: 'The beginning of a name.' })
  @IsOptional()
  @Matches(PART_OF_NAME)
  query?: string;

  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @Matches(PART_OF_NAME)
  cursor?: string;
}
