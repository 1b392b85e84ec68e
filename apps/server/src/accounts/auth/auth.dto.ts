/** What the routes of authentication take and answer. */
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { NAME_PATTERN } from '../account-name';
import { IsEmailAddress } from './email-address';

const NAME_MESSAGE = '$property must be 3 to 24 of A-Z a-z 0-9 _ . -';

export class RegisterDto {
  /** 3 to 24 letters, digits, `_`, `.` or `-`; names that differ in case alone are the same.
   * @example 'anna' */
  @Matches(NAME_PATTERN, { message: NAME_MESSAGE })
  username: string;

  /** 8 to 128 characters.
   * @example 'correct horse battery' */
  @IsString()
  @Length(8, 128)
  password: string;

  /** Shown to nobody else.
   * @example 'anna@example.com' */
  @IsOptional()
  @IsEmailAddress()
  email?: string;

  /** For a name of ADMIN_USERS: the token that the server printed for it at its start.
   * @example 'mZ0pQkq4v1Yx8m2tqf0Zr1sL7n4KcWQe' */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  adminToken?: string;
}

export class LoginDto {
  /** @example 'anna' */
  @IsString()
  @Length(1, 64)
  username: string;

  /** @example 'correct horse battery' */
  @IsString()
  @Length(1, 128)
  password: string;
}

export class GuestDto {
  /** As for registering; one is made up where none is given.
   * @example 'Wanderer' */
  @IsOptional()
  @Matches(NAME_PATTERN, { message: NAME_MESSAGE })
  name?: string;
}

export class RefreshTokenDto {
  /** May come in the cookie `refreshToken` instead.
   * @example 'q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3oQ7n4KcWQeUuE5hH3oTq2J' */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  refreshToken?: string;
}

export class ChangePasswordDto {
  /** @example 'correct horse battery' */
  @IsString()
  @Length(1, 128)
  currentPassword: string;

  /** 8 to 128 characters.
   * @example 'staple correct horse' */
  @IsString()
  @Length(8, 128)
  newPassword: string;
}
