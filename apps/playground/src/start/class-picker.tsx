/** Chooses one of the four classes, and shows what it is good at. */
import type { CharacterClass } from '@aeturnis/contracts';
import type { JSX } from 'preact';
import { HERO_CLASSES, Portrait } from './portrait';

const STRENGTHS: Readonly<Record<CharacterClass, string>> = {
  warrior: 'Stands',
  mage: 'Burns',
  ranger: 'Aims',
  cleric: 'Mends',
};

interface ClassPickerProps {
  readonly value: CharacterClass;
  readonly onChange: (value: CharacterClass) => void;
}

export function ClassPicker({ value, onChange }: ClassPickerProps): JSX.Element {
  return (
    <fieldset class="classes">
      <legend class="hidden-visually">Class</legend>
      {HERO_CLASSES.map((name) => (
        <label key={name} class="class-choice">
          <input type="radio" name="class" value={name} checked={name === value} onChange={() => onChange(name)} />
          <Portrait of={name} />
          <span class="class-name">{name}</span>
          <span class="small muted">{STRENGTHS[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}
