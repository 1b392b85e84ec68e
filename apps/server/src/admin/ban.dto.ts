/** What a ban is made of. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsPlayerText } from '@aeturnis/contracts';
import { IsISO8601, IsOptional, ValidateBy } from 'class-validator';

/** The last instant whose year has four digits: later ones, and those before 1970, are no end of a ban. */
const LAST_INSTANT = Date.UTC(9999, 11, 31);

/** ISO 8601 knows weeks and days of a year as well, which `Date` does not read. */
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
  @ApiProperty({ example: 'Sold gold for money', maxLength: 200, description: 'Shown to the user.' })
  @IsPlayerText({ max: 200, lines: 1 })
  reason: string;

  @ApiPropertyOptional({ example: '2031-01-01T00:00:00.000Z', description: 'When it ends; absent: never.' })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  @IsInstant()
  until?: string;
}
