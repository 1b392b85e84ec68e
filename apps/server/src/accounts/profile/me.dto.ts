/** What the routes about the own account take. */
import { IsOptional, IsString, Length } from 'class-validator';

export class DeleteAccountDto {
  /** Needed where the account has one.
   * @example 'correct horse battery' */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  password?: string;
}
