/** Rows of the authorisation matrix: characters, which only their owner may use, and the world. */
import { uniqueCharacterName } from '../../../support/clients/client';
import { commandRow, routeRow } from '../row';
import type { MatrixScene } from '../matrix-scene';

const OWNED = { owned: true } as const;
/** Columns without a character cannot act in the world. */
const NO_CHARACTER = { stranger: 'NO_CHARACTER', former: 'NO_CHARACTER', admin: 'NO_CHARACTER' } as const;

const characterId = ({ owner }: MatrixScene) => ({ characterId: owner.characterId });
const id = (scene: MatrixScene) => ({ params: { id: scene.spareCharacterId } });

export const characterRows = [
  commandRow('character:select', { all: 'NOT_FOUND', member: 'OK' }, characterId, OWNED),
  commandRow('character:select (own)', { all: 'OK' }, (_, caller) => ({ characterId: caller.characterId }), {
    asNew: 'guest',
  }),
  commandRow('character:move', { ...NO_CHARACTER, all: 'OK' }, () => ({ seq: 1, x: 0, y: 0 })),
  commandRow('character:action', { ...NO_CHARACTER, all: 'OK' }, () => ({ action: 'wave' })),
  commandRow('character:status', { ...NO_CHARACTER, all: 'OK' }, () => ({ status: 'fishing' })),
  commandRow('zone:population', { all: 'OK' }, () => ({ zone: 'starting_village' })),
  routeRow('GET /api/players', { all: 200 }, ({ owner }) => ({ query: { name: owner.characterName } })),
  routeRow('GET /api/zones', { anonymous: 200, all: 200 }),
  routeRow('GET /api/zones/{id}', { anonymous: 200, all: 200 }, () => ({ params: { id: 'starting_village' } })),
  routeRow('GET /api/characters', { all: 200 }),
  routeRow('POST /api/characters', { all: 201 }, () => ({ body: { name: uniqueCharacterName(), class: 'mage' } }), {
    asNew: 'guest',
  }),
  routeRow('GET /api/characters/{id}', { all: 'NOT_FOUND', member: 200 }, id, OWNED),
  routeRow('GET /api/characters/{id}/inventory', { all: 'NOT_FOUND', member: 200 }, id, OWNED),
  routeRow('DELETE /api/characters/{id}', { all: 'NOT_FOUND', member: 204 }, id, OWNED),
  // Last, because the caller is in another zone afterwards.
  commandRow('zone:enter', { ...NO_CHARACTER, all: 'OK' }, () => ({ exitId: 'waystone' })),
];
