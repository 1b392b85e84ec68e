/** Queries of the paginated lists of the admin API. */
import { IsId } from '@aeturnis/contracts';
import { IsNumberString, IsOptional, MaxLength } from 'class-validator';
import { PageQuery } from '../http';

export class AuditPageDto extends PageQuery {
  /** `next` of the previous page.
   * @example "1042" */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  cursor?: string;
}

export class FightPageDto extends PageQuery {
  /** `next` of the previous page. */
  @IsOptional()
  @IsId()
  cursor?: string;
}
