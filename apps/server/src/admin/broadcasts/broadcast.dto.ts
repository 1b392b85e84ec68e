/** Request body of an announcement. */
import { type Announcement, CanonicalId, IsPlayerText } from '@aeturnis/contracts';
import { IsIn, IsString, Length, ValidateIf } from 'class-validator';

const TARGETS = ['all', 'zone', 'user'] as const;
export type BroadcastTarget = (typeof TARGETS)[number];

const LEVELS = ['info', 'warning', 'critical'] as const satisfies Announcement['level'][];

export class BroadcastDto {
  /** @example "zone" */
  @IsIn(TARGETS)
  target: BroadcastTarget;

  /** Name of the zone or id of the user; absent with `all`.
   * @example "starting_village" */
  // Without a valid target it is unknown whether an id is required, so only the target is reported.
  @ValidateIf(({ target, id }: BroadcastDto) => id !== undefined || target === 'zone' || target === 'user')
  @CanonicalId()
  @IsString()
  @Length(1, 64)
  id?: string;

  /** @example "The server restarts in ten minutes." */
  @IsPlayerText({ max: 1000 })
  message: string;

  /** @example "warning" */
  @IsIn(LEVELS)
  level: Announcement['level'];
}
