/** What a new character needs. */
import { ApiProperty } from '@nestjs/swagger';
import { CHARACTER_CLASSES, type CharacterClass } from '@aeturnis/contracts';
import { IsIn } from 'class-validator';
import { IsCharacterName, NAME_LENGTH } from './character-name';

export class CreateCharacterDto {
  @ApiProperty({
    minLength: NAME_LENGTH.min,
    maxLength: NAME_LENGTH.max,
    example: 'Ælfgifu',
    description:
      'Letters of any script, with single spaces, apostrophes or hyphens between them. Unique, whatever the case.',
  })
  @IsCharacterName()
  name: string;

  @ApiProperty({ enum: CHARACTER_CLASSES, example: 'ranger' })
  @IsIn(CHARACTER_CLASSES)
  class: CharacterClass;
}
