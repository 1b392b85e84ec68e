/** Request bodies of the authentication routes. */
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsName } from '@aeturnis/contracts';
import { DISPLAY_NAME_RULES, LOGIN_PATTERN, LOGIN_RULE } from '../account-name';
import { IsEmailAddress } from './email-address';

const LOGIN_MESSAGE = `$property ${LOGIN_RULE}`;

export class RegisterDto {
  /** The name for logging in; not shown to other users. 3 to 24 letters, digits, `_`, `.` or `-`; case-insensitive.
   * @example "anna" */
  @Matches(LOGIN_PATTERN, { message: LOGIN_MESSAGE })
  username: string;

  /** 8 to 128 characters.
   * @example "correct horse battery" */
  @IsString()
  @Length(8, 128)
  password: string;

  /** Visible to the account alone; not verified and not unique.
   * @example "anna@example.com" */
  @IsOptional()
  @IsEmailAddress()
  email?: string;

  /** For a name of ADMIN_USERS: the token that the server printed for it at its start.
   * @example "mZ0pQkq4v1Yx8m2tqf0Zr1sL7n4KcWQe" */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  adminToken?: string;

  /** The name that other users see: 2 to 20 letters of one script or digits, with single spaces, apostrophes, hyphens, full stops or
   * underscores between them; must differ from the username. Generated if absent; a guest keeps its own.
   * @example "Anna Maria" */
  @IsOptional()
  @IsName(DISPLAY_NAME_RULES)
  displayName?: string;
}

export class LoginDto {
  /** @example "anna" */
  @IsString()
  @Length(1, 64)
  username: string;

  /** @example "correct horse battery" */
  @IsString()
  @Length(1, 128)
  password: string;
}

export class GuestDto {
  /** The display name, with the rules of registration; generated if absent.
   * @example "Wanderer" */
  @IsOptional()
  @IsName(DISPLAY_NAME_RULES)
  name?: string;
}

export class RefreshTokenDto {
  /** May be sent in the cookie `refreshToken` instead.
   * @example "q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3oQ7n4KcWQeUuE5hH3oTq2J" */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  refreshToken?: string;
}

export class ChangePasswordDto {
  /** @example "correct horse battery" */
  @IsString()
  @Length(1, 128)
  currentPassword: string;

  /** 8 to 128 characters.
   * @example "staple correct horse" */
  @IsString()
  @Length(8, 128)
  newPassword: string;
}
