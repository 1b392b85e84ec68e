/** Bodies and query parameters of the HTTP routes of fights. */
import { PickType } from '@nestjs/swagger';
import { CombatActionDto, MAX_ENTRY_SEQ } from '@aeturnis/contracts';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

const ACTION_FIELDS = ['actionId', 'turn', 'type', 'targetId', 'skillId', 'itemId'] as const;

export class CombatActionBody extends PickType(CombatActionDto, ACTION_FIELDS) {}

export class CombatHistoryQuery {
  /** `next` of the page before.
   * @default 0 */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MAX_ENTRY_SEQ)
  after?: number;
}
