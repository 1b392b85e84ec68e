/** Request bodies with the reason of an action. */
import { IsPlayerText } from '@aeturnis/contracts';
import { IsOptional } from 'class-validator';

const REASON = { max: 200, lines: 1 };

export class ReasonDto {
  /** Kept in the audit log, and shown to administrators alone.
   * @example "The password was seen in a public list" */
  @IsPlayerText(REASON)
  reason: string;
}

export class OptionalReasonDto {
  /** Kept in the audit log, and shown to administrators alone.
   * @example "The appeal was granted" */
  @IsOptional()
  @IsPlayerText(REASON)
  reason?: string;
}
