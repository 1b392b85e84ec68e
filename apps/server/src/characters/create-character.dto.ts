/** Request body for a new character. */
import { CHARACTER_CLASSES, type CharacterClass, IsName } from '@aeturnis/contracts';
import { IsIn } from 'class-validator';

export class CreateCharacterDto {
  /** 2 to 20 visible characters: letters of one script, with single spaces, apostrophes or hyphens between them. Unique: no
   * other name may differ only in case or look the same.
   * @example "Ælfgifu" */
  @IsName({ digits: false })
  name: string;

  /** @example "ranger" */
  @IsIn(CHARACTER_CLASSES)
  class: CharacterClass;
}
