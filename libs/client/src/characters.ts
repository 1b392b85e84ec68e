/** The characters of the user. */
import type { CharacterClass, CharacterView } from '@aeturnis/contracts';
import type { HttpApi } from './http/http-api';

export class Characters {
  constructor(private readonly http: HttpApi) {}

  /** @throws RequestError */
  list(): Promise<CharacterView[]> {
    return this.http.get('/api/characters', {}, 'length');
  }

  /** @throws RequestError, such as `NAME_TAKEN` */
  create(name: string, characterClass: CharacterClass): Promise<CharacterView> {
    return this.http.post('/api/characters', { name, class: characterClass }, 'id');
  }
}
