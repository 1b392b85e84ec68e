/** Query of the list of users. */
import { NAME_SEARCH_PATTERN } from '@aeturnis/contracts';
import { IsOptional, Matches } from 'class-validator';
import { PageQuery } from '../../http';

const NAME_PART_OPTIONS = {
  message: '$property must be a part of a name: letters, digits, spaces and the punctuation of names',
};
const LOGIN = /^[A-Za-z0-9_.-]{1,50}$/;

export class UserPageDto extends PageQuery {
  /** The beginning of a display name.
   * @example "ann" */
  @IsOptional()
  @Matches(NAME_SEARCH_PATTERN, NAME_PART_OPTIONS)
  query?: string;

  /** The login of one user, instead of `query`.
   * @example "anna" */
  @IsOptional()
  @Matches(LOGIN, { message: '$property must be a username: letters A-Z, digits, _ . or -' })
  login?: string;

  /** `next` of the previous page. */
  @IsOptional()
  @Matches(NAME_SEARCH_PATTERN, NAME_PART_OPTIONS)
  cursor?: string;
}
