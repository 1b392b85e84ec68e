/** Rows of the authorisation matrix: fights, which are played by their participants and watched by others if they are public. */
import { randomUUID } from 'node:crypto';
import type { PartialExpectation } from '../columns';
import type { MatrixScene } from '../matrix-scene';
import { commandRow, routeRow } from '../row';

const NO_CHARACTER = { stranger: 'NO_CHARACTER', former: 'NO_CHARACTER', admin: 'NO_CHARACTER' } as const;
const OWNED = { owned: true } as const;
/** Those who do not take part are answered as if there were no such fight. */
const participants = (done: 'OK' | 200): PartialExpectation => ({ all: 'NOT_FOUND', member: done });
/** Hostile ground is far from where the other characters stand. */
const BESIDE_MONSTERS = { ...NO_CHARACTER, all: 'CONFLICT', member: 'OK' } as const;

const duel = ({ duelId }: MatrixScene) => ({ sessionId: duelId });
const challenge = ({ challengeId }: MatrixScene) => ({ sessionId: challengeId });
const hunt = ({ huntId }: MatrixScene) => ({ sessionId: huntId });
const ended = ({ endedFightId }: MatrixScene) => ({ sessionId: endedFightId });
const duelPath = ({ duelId }: MatrixScene) => ({ params: { id: duelId } });
const huntPath = ({ huntId }: MatrixScene) => ({ params: { id: huntId } });
const endedPath = ({ endedFightId }: MatrixScene) => ({ params: { id: endedFightId } });
const attack = () => ({ actionId: randomUUID(), type: 'attack' });

export const combatRows = [
  commandRow('combat:start (monster)', BESIDE_MONSTERS, ({ freeMonsterId }) => ({ monsterId: freeMonsterId }), {
    owned: 'helper',
  }),
  commandRow('combat:start (duel)', { ...NO_CHARACTER, all: 'OK' }, ({ owner }) => ({
    targetIds: [owner.characterId],
  })),
  commandRow('combat:accept', participants('OK'), challenge, { owned: 'challenged' }),
  commandRow('combat:accept (own)', participants('OK'), challenge, { owned: 'challenger' }),
  commandRow('combat:decline', participants('OK'), challenge, { owned: 'challenged' }),
  commandRow('combat:decline (own)', participants('OK'), challenge, { owned: 'challenger' }),
  commandRow('combat:join', BESIDE_MONSTERS, hunt, { owned: 'helper' }),
  commandRow('combat:join (duel)', { ...NO_CHARACTER, all: 'NOT_FOUND', member: 'CONFLICT' }, duel, OWNED),
  commandRow('combat:action', participants('OK'), (scene) => ({ ...duel(scene), ...attack() }), OWNED),
  commandRow('combat:flee', participants('OK'), duel, OWNED),
  commandRow('combat:spectate (public)', { all: 'OK' }, hunt),
  commandRow('combat:spectate (not public)', { all: 'NOT_FOUND' }, duel, OWNED),
  commandRow('combat:spectate (own)', { all: 'OK', member: 'CONFLICT' }, hunt, { owned: 'hunter' }),
  commandRow('combat:spectate (ended)', { all: 'NOT_FOUND' }, ended),
  commandRow('combat:leave_spectate', { all: 'OK' }, hunt),
  commandRow('combat:history', participants('OK'), duel, OWNED),
  commandRow('combat:history (running, public)', participants('OK'), hunt, { owned: 'hunter' }),
  commandRow('combat:history (ended, public)', { all: 'OK' }, ended),
  routeRow('GET /api/combats', { all: 200 }),
  routeRow('GET /api/combats/{id}', participants(200), duelPath, OWNED),
  routeRow('GET /api/combats/{id} (running, public)', participants(200), huntPath, { owned: 'hunter' }),
  routeRow('GET /api/combats/{id} (ended, public)', { all: 200 }, endedPath),
  routeRow('GET /api/combats/{id}/history', participants(200), duelPath, OWNED),
  routeRow('GET /api/combats/{id}/history (running, public)', participants(200), huntPath, { owned: 'hunter' }),
  routeRow('GET /api/combats/{id}/history (ended, public)', { all: 200 }, endedPath),
  routeRow(
    'POST /api/combats/{id}/actions',
    participants(200),
    (scene) => ({ ...duelPath(scene), body: attack() }),
    OWNED,
  ),
];
