/** Query of the figures of the nodes. */
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

export class FiguresQueryDto {
  /** How far back.
   * @default 15 */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(15)
  minutes?: number;
}
