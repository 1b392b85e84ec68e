/** The settings of an account that its user can change. */
import { IsIn, IsOptional } from 'class-validator';
import { IsName } from './names/name-rules';

/** Who may add a user to groups; `contacts` are the users to whom that user has written in a direct conversation. */
export const WHO_MAY_ADD = ['everyone', 'contacts', 'nobody'] as const;
export type WhoMayAdd = (typeof WHO_MAY_ADD)[number];

/** A property that is left out keeps its value. */
export class AccountSettingsDto {
  @IsOptional()
  @IsIn(WHO_MAY_ADD)
  whoMayAdd?: WhoMayAdd;

  /** Shown to others instead of the login. */
  @IsOptional()
  @IsName({ digits: true })
  displayName?: string;
}
