/** Request body of a change of the log level. */
import { LOG_LEVELS, type LogLevel } from '@aeturnis/platform';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { ReasonDto } from '../reason.dto';
import { IsNodeId } from '../nodes/is-node-id.decorator';

export class LogLevelDto extends ReasonDto {
  /** Least severe level that is logged.
   * @example "debug" */
  @IsIn(LOG_LEVELS)
  level: LogLevel;

  /** The node; absent: all nodes.
   * @example "game-1" */
  @IsOptional()
  @IsNodeId()
  node?: string;

  /** After this time, the level of the configuration applies again.
   * @default 15 */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(60)
  minutes?: number;
}
