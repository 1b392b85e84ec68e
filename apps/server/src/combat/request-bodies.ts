/** Bodies and query parameters of the HTTP routes of fights. */
import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { COMBAT_ACTIONS, CombatActionDto, MAX_ENTRY_SEQ } from '@aeturnis/contracts';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

const ACTION_FIELDS = ['actionId', 'turn', 'type', 'targetId', 'skillId', 'itemId'] as const;

export class CombatActionBody extends PickType(CombatActionDto, ACTION_FIELDS) {
  @ApiProperty({ format: 'uuid', description: 'The same key is answered by the first result.' })
  override actionId: string;

  @ApiPropertyOptional({ minimum: 1, description: 'Refused in another turn.' })
  override turn?: number;

  @ApiProperty({ enum: COMBAT_ACTIONS })
  override type: (typeof COMBAT_ACTIONS)[number];

  @ApiPropertyOptional({ maxLength: 130 })
  override targetId?: string;

  @ApiPropertyOptional({ maxLength: 40 })
  override skillId?: string;

  @ApiPropertyOptional({ maxLength: 40 })
  override itemId?: string;
}

export class CombatHistoryQuery {
  @ApiPropertyOptional({ minimum: 0, default: 0, description: '`next` of the page before.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MAX_ENTRY_SEQ)
  after?: number;
}
