/** Queries of the paginated lists of the admin API. */
import { CanonicalId, IsId, IsPlainText } from '@aeturnis/contracts';
import { IsIn, IsNumberString, IsOptional, MaxLength } from 'class-validator';
import { PageQuery } from '../http';
import { ADMIN_ACTIONS, type AdminAction } from './admin-audit.repository';

export class AuditPageDto extends PageQuery {
  /** `next` of the previous page.
   * @example "1042" */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  cursor?: string;

  /** The id of the administrator who acted. */
  @IsOptional()
  @IsId()
  actor?: string;

  /** @example "user.ban" */
  @IsOptional()
  @IsIn(ADMIN_ACTIONS)
  action?: AdminAction;

  /** The id of a user or a fight, or the name of a zone or a node. */
  @IsOptional()
  @CanonicalId()
  @IsPlainText({ max: 255 })
  target?: string;
}

export class FightPageDto extends PageQuery {
  /** `next` of the previous page. */
  @IsOptional()
  @IsId()
  cursor?: string;
}
