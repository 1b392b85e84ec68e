/** Request body of an action on a node. */
import { IsPlayerText } from '@aeturnis/contracts';

export class NodeActionDto {
  /** Kept in the audit log.
   * @example "New machine" */
  @IsPlayerText({ max: 200, lines: 1 })
  reason: string;
}
