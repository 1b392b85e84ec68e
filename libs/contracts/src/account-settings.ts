/** What users decide about themselves. */
import { IsIn, IsOptional } from 'class-validator';
import { IsName } from './names/name-rules';

/** Who may bring a user into groups; `contacts` are those to whom the user has written in a direct conversation. */
export const WHO_MAY_ADD = ['everyone', 'contacts', 'nobody'] as const;
export type WhoMayAdd = (typeof WHO_MAY_ADD)[number];

/** What is left out stays as it is. */
export class AccountSettingsDto {
  @IsOptional()
  @IsIn(WHO_MAY_ADD)
  whoMayAdd?: WhoMayAdd;

  /** What others see in place of the login. */
  @IsOptional()
  @IsName({ digits: true })
  displayName?: string;
}
