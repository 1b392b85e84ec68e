/** Request bodies of an announcement and of its preview. */
import { type Announcement, CanonicalId, IsPlayerText } from '@aeturnis/contracts';
import { IsIn, IsString, Length, ValidateIf } from 'class-validator';

const TARGETS = ['all', 'zone', 'room', 'user'] as const;
type BroadcastTarget = (typeof TARGETS)[number];

const LEVELS = ['info', 'warning', 'critical'] as const satisfies Announcement['level'][];

export class BroadcastTargetDto {
  /** @example "zone" */
  @IsIn(TARGETS)
  target: BroadcastTarget;

  /** Name of the zone or of the room, such as `conversation:…`, or id of the user; absent with `all`.
   * @example "starting_village" */
  // Without a valid target it is unknown whether an id is required, so only the target is reported.
  @ValidateIf(
    ({ target, id }: BroadcastTargetDto) => id !== undefined || (TARGETS.includes(target) && target !== 'all'),
  )
  @CanonicalId()
  @IsString()
  @Length(1, 64)
  id?: string;
}

export class BroadcastDto extends BroadcastTargetDto {
  /** @example "The server restarts in ten minutes." */
  @IsPlayerText({ max: 1000 })
  message: string;

  /** @example "warning" */
  @IsIn(LEVELS)
  level: Announcement['level'];
}
