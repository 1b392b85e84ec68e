/** Who may do what: characters, which are their owner's alone, and the world they walk in. */
import { uniqueCharacterName } from '../../../support/client';
import { command, route } from '../row';
import type { Scene } from '../scene';

const OWNED = { owned: true } as const;
const NOT_THERE = 'NOT_FOUND';
/** Without a character nobody is anywhere. */
const NOBODY = { stranger: 'NO_CHARACTER', former: 'NO_CHARACTER', admin: 'NO_CHARACTER' } as const;

const characterId = ({ owner }: Scene) => ({ characterId: owner.characterId });
const id = (scene: Scene) => ({ params: { id: scene.spareCharacterId } });

export const characters = [
  command('character:select', { all: NOT_THERE, member: 'OK' }, characterId, OWNED),
  command('character:select (own)', { all: 'OK' }, (_, caller) => ({ characterId: caller.characterId }), {
    asNew: 'guest',
  }),
  command('character:move', { ...NOBODY, all: 'OK' }, () => ({ seq: 1, x: 0, y: 0 })),
  command('character:action', { ...NOBODY, all: 'OK' }, () => ({ action: 'wave' })),
  command('character:status', { ...NOBODY, all: 'OK' }, () => ({ status: 'fishing' })),
  command('zone:population', { all: 'OK' }, () => ({ zone: 'starting_village' })),
  route('GET /api/players', { all: 200 }, ({ owner }) => ({ query: { name: owner.characterName } })),
  route('GET /api/zones', { anonymous: 200, all: 200 }),
  route('GET /api/zones/{id}', { anonymous: 200, all: 200 }, () => ({ params: { id: 'starting_village' } })),
  route('GET /api/characters', { all: 200 }),
  route('POST /api/characters', { all: 201 }, () => ({ body: { name: uniqueCharacterName(), class: 'mage' } }), {
    asNew: 'guest',
  }),
  route('GET /api/characters/{id}', { all: NOT_THERE, member: 200 }, id, OWNED),
  route('DELETE /api/characters/{id}', { all: NOT_THERE, member: 204 }, id, OWNED),
  // At the end: who goes is somewhere else afterwards.
  command('zone:enter', { ...NOBODY, all: 'OK' }, () => ({ exitId: 'waystone' })),
];
