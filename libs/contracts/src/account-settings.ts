/** What users decide about themselves. */
import { IsIn } from 'class-validator';

/** Who may bring a user into groups; `contacts` are those to whom the user has written in a direct conversation. */
export const WHO_MAY_ADD = ['everyone', 'contacts', 'nobody'] as const;
export type WhoMayAdd = (typeof WHO_MAY_ADD)[number];

export class AccountSettingsDto {
  @IsIn(WHO_MAY_ADD)
  whoMayAdd: WhoMayAdd;
}
