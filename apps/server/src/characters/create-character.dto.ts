/** Request body for a new character. */
import { ApiProperty } from '@nestjs/swagger';
import { CHARACTER_CLASSES, type CharacterClass, IsName, NAME_LENGTH } from '@aeturnis/contracts';
import { IsIn } from 'class-validator';

export class CreateCharacterDto {
  @ApiProperty({
    minLength: NAME_LENGTH.min,
    maxLength: NAME_LENGTH.max,
    example: 'Ælfgifu',
    description:
      'Letters of one script, with single spaces, apostrophes or hyphens between them. The length counts visible characters. Unique: no other name may differ only in case or look the same.',
  })
  @IsName({ digits: false })
  name: string;

  @ApiProperty({ enum: CHARACTER_CLASSES, example: 'ranger' })
  @IsIn(CHARACTER_CLASSES)
  class: CharacterClass;
}
