/** What a ban is made of. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsPlayerText } from '@aeturnis/contracts';
import { IsISO8601, IsOptional } from 'class-validator';

export class BanDto {
  @ApiProperty({ example: 'Sold gold for money', maxLength: 200, description: 'Shown to the user.' })
  @IsPlayerText({ max: 200, lines: 1 })
  reason: string;

  @ApiPropertyOptional({ example: '2031-01-01T00:00:00.000Z', description: 'When it ends; absent: never.' })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  until?: string;
}
