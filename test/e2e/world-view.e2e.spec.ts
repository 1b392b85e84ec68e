/** What a player sees of a zone: the part around, whoever is in it, in both forms of moves. */
import { closeClients, until } from '../support/client';
import { type Game, startGame } from '../support/game';
import { type PlacedPlayer, playAt, type Placing, worldOf } from '../support/placed-players';

let game: Game;

beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const play = (placing: Placing): Promise<PlacedPlayer> => playAt(worldOf(game.server), placing);
const sees = ({ picture }: PlacedPlayer, { characterId }: PlacedPlayer): boolean =>
  picture.get(characterId) !== undefined;
/** A second later, by the clock of the server. */
const later = async ({ picture }: PlacedPlayer): Promise<void> => {
  const { tick } = picture;
  await until(() => picture.tick > tick + 10, 'a second has gone by');
};

it('is the part around, not all of the zone', async () => {
  const near = await play({ x: 100, y: 100 });
  const far = await play({ x: 15, y: 185 });
  const ann = await play({ x: 104, y: 98 });
  expect([near, far].map((other) => sees(ann, other))).toEqual([true, false]);
  expect(ann.picture.get(near.characterId)).toMatchObject({ class: 'mage', level: 1, x: 100, y: 100, facing: 0 });
  await far.step(16, 185);
  await near.step(101, 100);
  await until(() => ann.picture.get(near.characterId)?.x === 101, 'the near one has moved');
  await later(ann);
  expect(JSON.stringify(ann.client.all('zone:moves'))).not.toContain(far.characterId);
  expect(JSON.stringify(ann.client.all('zone:view'))).not.toContain(far.characterId);
});

it('changes for both sides when one walks in and out, and not with every step over the border', async () => {
  // Cells end at multiples of 30: there is one from 60 to 90.
  const [ann, bob] = [await play({ x: 91, y: 136 }), await play({ x: 62, y: 136 })];
  const cid = await play({ x: 59, y: 136 });
  await until(() => sees(ann, bob) && sees(bob, cid), 'neighbours see each other');
  expect([sees(ann, cid), sees(cid, ann)]).toEqual([false, false]);
  expect(await cid.step(62.5, 136)).toBe(true);
  await later(cid);
  expect([sees(ann, cid), sees(cid, ann)]).toEqual([false, false]);
  expect(await cid.step(64, 136, 1.5)).toBe(true);
  await until(() => sees(ann, cid) && sees(cid, ann), 'they see each other');
  expect(ann.picture.get(cid.characterId)).toMatchObject({ x: 64, y: 136, facing: 1.5, class: 'mage', level: 1 });
  const told = ann.client.all('zone:view').filter(({ entered }) => entered.some(({ id }) => id === cid.characterId));
  expect(told.length).toBeGreaterThan(0);
  expect(await cid.step(58, 136)).toBe(true);
  await later(cid);
  expect(sees(ann, cid)).toBe(true);
  expect(await cid.step(56, 136)).toBe(true);
  await until(() => !sees(ann, cid) && !sees(cid, ann), 'they see each other no more');
  expect(sees(bob, cid)).toBe(true);
});

it('loses who disconnects, goes to another zone or is deleted', async () => {
  const ann = await play({ x: 100, y: 101 });
  const [leaves, travels, stays] = await Promise.all([
    play({ x: 101, y: 100 }),
    play({ x: 101, y: 102 }),
    play({ x: 99, y: 100 }),
  ]);
  await until(() => [leaves, travels, stays].every((other) => sees(ann, other)), 'all are there');
  leaves.client.close();
  await travels.client.send('zone:enter', { exitId: 'waystone' });
  await until(() => !sees(ann, leaves) && !sees(ann, travels), 'both are gone');
  expect(sees(ann, stays)).toBe(true);
  expect(travels.picture.zone).toBe('harbor');
  expect(sees(travels, ann)).toBe(false);
});

it('has monsters in it, which wander within their box and are the same for all', async () => {
  const [ann, bob] = [await play({ x: 118, y: 100 }), await play({ x: 117, y: 99, encoding: 'binary' })];
  const monsters = () => [...ann.picture.entities.values()].filter((seen) => 'kind' in seen);
  expect(monsters().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['rat', 'straw_man']));
  const before = new Map(monsters().map(({ id, x }) => [id, x]));
  await until(() => monsters().some(({ id, x }) => before.has(id) && before.get(id) !== x), 'one has walked');
  for (const { x, y } of monsters()) expect(x >= 126 && x <= 146 && y >= 88 && y <= 112).toBe(true);
  expect(
    monsters()
      .map(({ id }) => id)
      .sort(),
  ).toEqual(bob.picture.ids.filter((id) => before.has(id)));
  const far = await play({ x: 20, y: 20 });
  expect([...far.picture.entities.values()].filter((seen) => 'kind' in seen)).toEqual([]);
});

it('is the same in binary form, in a fraction of the bytes', async () => {
  const json = await play({ x: 60, y: 150 });
  const binary = await play({ x: 61, y: 150, encoding: 'binary' });
  const walker = await play({ x: 62, y: 150 });
  for (let step = 1; step <= 10; step++)
    expect(await walker.step(62 + step / 10, 150 + step / 50, step - 7)).toBe(true);
  const place = (of: PlacedPlayer): unknown => {
    const { x, y, facing } = of.picture.get(walker.characterId) ?? { x: 0, y: 0, facing: 0 };
    return [x, y, Math.round(Math.cos(facing) * 1e3), Math.round(Math.sin(facing) * 1e3)];
  };
  const there = [63, 150.2, Math.round(Math.cos(3) * 1e3), Math.round(Math.sin(3) * 1e3)];
  await until(() => JSON.stringify(place(json)) === JSON.stringify(there), 'told as JSON');
  await until(() => JSON.stringify(place(binary)) === JSON.stringify(there), 'told in binary form');
  expect(binary.picture.counts.bytes).toBeGreaterThan(0);
  expect(json.picture.counts.bytes).toBe(0);
  await json.client.send('character:select', { characterId: json.characterId, encoding: 'binary' });
  await until(() => json.picture.counts.bytes > 0, 'the form has changed');
});

it('lists everybody once a second, and only those who move in between', async () => {
  const ann = await play({ x: 45, y: 60 });
  const bob = await play({ x: 45, y: 62 });
  await later(ann);
  ann.client.forget();
  await later(ann);
  await later(ann);
  const moves = ann.client.all('zone:moves');
  const ids = (each: (typeof moves)[number]): string[] => each.moves.map(([id]) => id).sort();
  for (const each of moves) {
    expect(each.full).toBe(true);
    expect(ids(each)).toEqual([ann.characterId, bob.characterId].sort());
  }
  const ticks = moves.map(({ tick }) => tick);
  for (const [index, tick] of ticks.slice(1).entries()) expect(tick - (ticks[index] ?? 0)).toBeGreaterThanOrEqual(10);
});

it('refuses a form that does not exist', async () => {
  const { client, characterId } = await play({ x: 45, y: 60 });
  const answer = await client.send('character:select', { characterId, encoding: 'morse' });
  expect(answer).toMatchObject({ success: false, error: { code: 'VALIDATION' } });
});

it('has no part in the population, which counts the whole zone', async () => {
  const { client } = await game.join();
  const population = async (zone: string): Promise<unknown> =>
    (await client.send('zone:population', { zone }))['population'];
  await until(async () => (await population('mine')) === 0, 'nobody is there');
  const [ann, bob] = [await play({ zone: 'mine', x: 5, y: 5 }), await play({ zone: 'mine', x: 110, y: 70 })];
  expect(sees(ann, bob)).toBe(false);
  expect(await client.send('zone:population', { zone: 'mine' })).toEqual({
    success: true,
    zone: 'mine',
    population: 2,
  });
  bob.client.close();
  await until(async () => (await population('mine')) === 1, 'one has left');
  expect(await client.send('zone:population', { zone: 'atlantis' })).toMatchObject({ error: { code: 'NOT_FOUND' } });
});
