/** Where a character stands that enters the world. */
import type { Caller } from '@aeturnis/realtime';
import type { Place } from '../characters';
import { PlayedCharacter } from './played-character';
import { SAVED_MS } from './walking-time';
import { Atlas } from './zones/atlas';

const NOW = 1_700_000_000_000;
const ATLAS = Atlas.read();
const VILLAGE = ATLAS.zoneOrStart('starting_village');
const { x, y, facing } = VILLAGE.spawn;

const entering = (place: Partial<Place>): PlayedCharacter => {
  const known: Place = { zone: VILLAGE.id, x: 1, y: 2, facing: 3, walkedUntil: 0 };
  return new PlayedCharacter(ATLAS, {} as Caller, {} as PlayedCharacter['character'], { ...known, ...place }, 7, NOW);
};

describe('PlayedCharacter', () => {
  it('stands where it was left, with all the time for walking that can be saved', () => {
    expect(entering({}).place).toEqual({ zone: VILLAGE.id, x: 1, y: 2, facing: 3, walkedUntil: NOW - SAVED_MS });
  });

  it.each([
    ['in a zone the world does not have', { zone: 'atlantis' }],
    ['outside of its zone', { x: VILLAGE.width + 1 }],
    ['where an obstacle has been put since', { x: 125, y: 84.25 }],
    ['nowhere', { y: NaN }],
  ])('stands at the spawn when it was left %s', (_, place) => {
    expect(entering(place).place).toMatchObject({ zone: VILLAGE.id, x, y, facing });
  });

  it('tells its time for walking in whole milliseconds, and never too much of it', () => {
    const played = entering({});
    played.walk({ ...played.motion, walkedUntil: NOW - 0.25 });
    expect(played.place.walkedUntil).toBe(NOW);
  });

  it('gives each place a version of its own: its stay, and a step that only grows', () => {
    const played = entering({});
    expect(played.versionedPlace).toMatchObject({ stay: 7, step: 0 });
    played.walk({ ...played.motion, x: 2 });
    played.arrive(VILLAGE, { x: 3, y: 3, facing: 0 });
    played.continueFrom(played.place, NOW - 60_000);
    expect(played.versionedPlace).toMatchObject({ stay: 7, step: 3, x: 3 });
  });

  it('counts sequence numbers anew where it goes on', () => {
    const played = entering({});
    played.walk({ ...played.motion, seq: 99 });
    played.continueFrom(played.place, NOW + 1);
    expect(played.motion.seq).toBe(-1);
  });
});
