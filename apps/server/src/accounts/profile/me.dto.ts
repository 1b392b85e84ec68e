/** Request bodies of the routes for the user's own account. */
import { IsOptional, IsString, Length } from 'class-validator';

export class DeleteAccountDto {
  /** Required if the account has a password.
   * @example "correct horse battery" */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  password?: string;
}
