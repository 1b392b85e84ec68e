/** The state of a played character: position, movement budget and version. */
import type { Caller } from '@aeturnis/realtime';
import type { CharacterPosition } from '../../characters';
import { PlayedCharacter } from './played-character';
import { MAX_BUDGET_MS } from '../movement/movement-budget';
import { Atlas } from '../zones/atlas';

const NOW = 1_700_000_000_000;
const ATLAS = Atlas.read();
const VILLAGE = ATLAS.zoneOrStart('starting_village');
const { x, y, facing } = VILLAGE.spawn;

const entering = (place: Partial<CharacterPosition>): PlayedCharacter => {
  const known: CharacterPosition = { zone: VILLAGE.id, x: 1, y: 2, facing: 3, walkedUntil: 0 };
  return new PlayedCharacter(ATLAS, {} as Caller, {} as PlayedCharacter['character'], { ...known, ...place }, 7, NOW);
};

describe('PlayedCharacter', () => {
  it('starts at its stored position, with a full movement budget', () => {
    expect(entering({}).place).toEqual({ zone: VILLAGE.id, x: 1, y: 2, facing: 3, walkedUntil: NOW - MAX_BUDGET_MS });
  });

  it.each([
    ['in a zone that does not exist', { zone: 'atlantis' }],
    ['outside of its zone', { x: VILLAGE.width + 1 }],
    ['where an obstacle has been put since', { x: 125, y: 84.25 }],
    ['at an invalid position', { y: NaN }],
  ])('starts at the spawn point if it was stored %s', (_, place) => {
    expect(entering(place).place).toMatchObject({ zone: VILLAGE.id, x, y, facing });
  });

  it('rounds walkedUntil up to whole milliseconds, which never grants time', () => {
    const played = entering({});
    played.applyMotion({ ...played.motion, walkedUntil: NOW - 0.25 });
    expect(played.place.walkedUntil).toBe(NOW);
  });

  it('gives each position its own version: the stay, and a step that only grows', () => {
    const played = entering({});
    expect(played.versionedPlace).toMatchObject({ stay: 7, step: 0 });
    played.applyMotion({ ...played.motion, x: 2 });
    played.moveToZone(VILLAGE, { x: 3, y: 3, facing: 0 });
    played.resumeFrom(played.place, NOW - 60_000);
    expect(played.versionedPlace).toMatchObject({ stay: 7, step: 3, x: 3 });
  });

  it('restarts sequence numbers when it resumes', () => {
    const played = entering({});
    played.applyMotion({ ...played.motion, seq: 99 });
    played.resumeFrom(played.place, NOW + 1);
    expect(played.motion.seq).toBe(-1);
  });
});
