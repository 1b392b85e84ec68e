/** Public API of the characters domain. */
export {
  type Character,
  characterView,
  type CharacterPosition,
  type CharacterWithPosition,
  type CharacterProgress,
  type VersionedPosition,
} from './character';
export { CharactersModule } from './characters.module';
export { CharactersService } from './characters.service';
export { type UserReference, type UserReferences, UserResolver } from './user-resolver';
export { STARTING_POINT } from './starting-point';
