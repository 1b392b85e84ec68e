/** Request body of a ban. */
import { IsPlayerText } from '@aeturnis/contracts';
import { IsISO8601, IsOptional, ValidateBy } from 'class-validator';

/** The latest end of a ban: the last day whose year has four digits. */
const LAST_INSTANT = Date.UTC(9999, 11, 31);

/** Accepts only dates that `Date` can parse: ISO 8601 also has week dates and ordinal dates. */
function IsInstant(): PropertyDecorator {
  const validate = (value: unknown): boolean => {
    const at = typeof value === 'string' ? Date.parse(value) : NaN;
    return at >= 0 && at <= LAST_INSTANT;
  };
  return ValidateBy({
    name: 'isInstant',
    validator: { validate, defaultMessage: () => '$property must be a date between 1970 and 9999' },
  });
}

export class BanDto {
  /** Shown to the user.
   * @example "Sold gold for money" */
  @IsPlayerText({ max: 200, lines: 1 })
  reason: string;

  /** End of the ban; absent: permanent.
   * @example "2031-01-01T00:00:00.000Z" */
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  @IsInstant()
  until?: string;
}
