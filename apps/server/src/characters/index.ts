/** Characters: who plays whom, and what is kept of them. */
export {
  type Character,
  characterView,
  type Place,
  type PlacedCharacter,
  type Progress,
  type VersionedPlace,
} from './character';
export { CharactersModule } from './characters.module';
export { CharactersService } from './characters.service';
export { type PersonReference, type PersonReferences, Persons } from './persons';
export { STARTING_POINT } from './starting-point';
