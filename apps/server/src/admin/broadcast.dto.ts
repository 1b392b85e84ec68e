/** Request body of an announcement. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Announcement, CanonicalId, IsPlayerText } from '@aeturnis/contracts';
import { IsIn, IsString, Length, ValidateIf } from 'class-validator';

const TARGETS = ['all', 'zone', 'user'] as const;
export type BroadcastTarget = (typeof TARGETS)[number];

const LEVELS = ['info', 'warning', 'critical'] as const satisfies Announcement['level'][];

export class BroadcastDto {
  @ApiProperty({ enum: TARGETS, example: 'zone' })
  @IsIn(TARGETS)
  target: BroadcastTarget;

  @ApiPropertyOptional({
    example: 'starting_village',
    description: 'Name of the zone or id of the user; absent with `all`.',
  })
  // Without a valid target it is unknown whether an id is required, so only the target is reported.
  @ValidateIf(({ target, id }: BroadcastDto) => id !== undefined || target === 'zone' || target === 'user')
  @CanonicalId()
  @IsString()
  @Length(1, 64)
  id?: string;

  @ApiProperty({ example: 'The server restarts in ten minutes.', maxLength: 1000 })
  @IsPlayerText({ max: 1000 })
  message: string;

  @ApiProperty({ enum: LEVELS, example: 'warning' })
  @IsIn(LEVELS)
  level: Announcement['level'];
}
