/** The picture is correct again after each keyframe, whatever was lost before it. */
import type { EntityMove, SeenPlayer, ZoneMoves } from '@aeturnis/contracts';
import { fc } from '../../../../test/support/properties';
import { WorldPicture } from './world-picture';

const player = (number: number, x = number): SeenPlayer => ({
  id: `player${number}`,
  n: number,
  name: `Player ${number}`,
  class: 'mage',
  level: 1,
  x,
  y: 0,
  facing: 0,
});
const idsOf = (picture: WorldPicture, now: number): string[] =>
  picture
    .at(now)
    .map(({ id }) => id)
    .sort();
const bytesOf = (moves: readonly (readonly [n: number, x: number, y: number, facing: number])[]): ArrayBuffer => {
  const view = new DataView(new ArrayBuffer(12 * moves.length));
  for (const [index, [n, x, y, facing]] of moves.entries()) {
    view.setUint16(12 * index, n, true);
    view.setUint32(12 * index + 2, x * 100, true);
    view.setUint32(12 * index + 6, y * 100, true);
    view.setUint16(12 * index + 10, Math.round((facing * 65_536) / (2 * Math.PI)), true);
  }
  return view.buffer;
};

it('picture: shows an entity between two ticks, in both encodings of moves', () => {
  for (const isBinary of [false, true]) {
    const picture = new WorldPicture();
    picture.setState({ zone: 'village', tick: 10, players: [player(1, 10)], monsters: [] }, 1_000);
    const moves = isBinary ? bytesOf([[1, 12, 0, 1]]) : ([['player1', 12, 0, 1]] as EntityMove[]);
    picture.applyMoves({ tick: 11, moves } as ZoneMoves, 1_100);
    picture.at(1_100);
    const [shown] = picture.at(1_200);
    expect(shown?.x).toBeGreaterThan(10);
    expect(shown?.x).toBeLessThan(12);
    const [arrived] = [picture.at(1_300), picture.at(1_400)].at(-1) ?? [];
    expect(arrived?.x).toBeCloseTo(12);
  }
});

it('picture: turns the short way round', () => {
  const picture = new WorldPicture();
  picture.setState({ zone: 'village', tick: 10, players: [{ ...player(1), facing: 3 }], monsters: [] }, 1_000);
  picture.applyMoves({ tick: 11, moves: [['player1', 1, 0, -3]] }, 1_100);
  picture.at(1_100);
  const facing = picture.at(1_200)[0]?.facing ?? 0;
  expect(Math.abs(Math.abs(facing) - Math.PI)).toBeLessThan(0.2);
});

it('picture: after a keyframe it has exactly the entities of the server, however many events were lost', () => {
  const events = fc.array(
    fc.record({ enters: fc.boolean(), number: fc.integer({ min: 1, max: 8 }), isLost: fc.boolean() }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(events, (all) => {
      const picture = new WorldPicture();
      const server = new Set([1, 2]);
      picture.setState({ zone: 'village', tick: 0, players: [player(1), player(2)], monsters: [] }, 0);
      let tick = 0;
      for (const { enters, number, isLost } of all) {
        tick += 1;
        if (enters) server.add(number);
        else server.delete(number);
        if (isLost) continue;
        const view = enters ? { entered: [player(number)], left: [] } : { entered: [], left: [`player${number}`] };
        picture.applyView({ tick, ...view }, tick * 100);
      }
      // The server repeats each entry until it is known, and then sends a keyframe.
      picture.applyView({ tick, entered: [...server].map((number) => player(number)), left: [] }, tick * 100);
      const moves: EntityMove[] = [...server].map((number) => [`player${number}`, number, 0, 0]);
      picture.applyMoves({ tick: tick + 1, moves, full: true }, (tick + 1) * 100);
      expect(idsOf(picture, (tick + 2) * 100)).toEqual([...server].map((number) => `player${number}`).sort());
    }),
  );
});

it('picture: a new short id replaces the old one, and moves under the old one are ignored', () => {
  const picture = new WorldPicture();
  picture.setState({ zone: 'village', tick: 1, players: [player(1)], monsters: [] }, 100);
  picture.applyView({ tick: 2, entered: [{ ...player(1), n: 9 }], left: [] }, 200);
  picture.applyMoves({ tick: 3, moves: bytesOf([[1, 50, 50, 0]]) as never }, 300);
  picture.at(300);
  expect(picture.at(600)[0]).toMatchObject({ x: 1, y: 0 });
});

it('picture: moves of unknown entities are ignored', () => {
  const picture = new WorldPicture();
  picture.setState({ zone: 'village', tick: 1, players: [], monsters: [] }, 100);
  picture.applyMoves({ tick: 2, moves: [['unknown', 1, 1, 0]] }, 200);
  expect(picture.at(300)).toEqual([]);
});
