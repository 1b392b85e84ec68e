/** Inputs of the routes for notes of administrators about a user. */
import { IsPlayerText } from '@aeturnis/contracts';
import { IsNumberString, IsOptional, MaxLength } from 'class-validator';
import { PageQuery } from '../../http';

export class UserNoteDto {
  /** @example "Asked twice for a refund. See the letter of 17 May." */
  @IsPlayerText({ max: 1_000, lines: 50 })
  text: string;
}

export class UserNotePageDto extends PageQuery {
  /** `next` of the previous page.
   * @example "17" */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  cursor?: string;
}
