/** Which page of a list is asked for. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsNumberString, IsOptional, Matches, Max, MaxLength, Min } from 'class-validator';

const PART_OF_NAME = /^[A-Za-z0-9_.-]{1,32}$/;

class PageDto {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

export class AuditPageDto extends PageDto {
  @ApiPropertyOptional({ example: '1042', description: '`next` of the page before.' })
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  cursor?: string;
}

export class UserPageDto extends PageDto {
  @ApiPropertyOptional({ example: 'ann', description: 'The beginning of a name.' })
  @IsOptional()
  @Matches(PART_OF_NAME)
  query?: string;

  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @Matches(PART_OF_NAME)
  cursor?: string;
}
