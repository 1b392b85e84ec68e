/** The view of a player: the surroundings in the zone and the entities in them, as JSON and in binary encoding. */
import { waitUntil } from '../support/clients/client';
import { useGame } from '../support/servers/game';
import {
  type PlacedPlayer,
  placePlayer,
  type PlayerPlacement,
  placementServerOf,
} from '../support/zones/placed-players';

const game = useGame();

const play = (placing: PlayerPlacement): Promise<PlacedPlayer> => placePlayer(placementServerOf(game.server), placing);
const canSee = ({ picture }: PlacedPlayer, { characterId }: PlacedPlayer): boolean =>
  picture.get(characterId) !== undefined;
/** Waits a second by the ticks of the server. */
const aSecondLater = async ({ picture }: PlacedPlayer): Promise<void> => {
  const { tick } = picture;
  await waitUntil(() => picture.tick > tick + 10, 'a second passes');
};

it('a player sees the surroundings, not the whole zone', async () => {
  const near = await play({ x: 100, y: 100 });
  const far = await play({ x: 15, y: 185 });
  const ann = await play({ x: 104, y: 98 });
  expect([near, far].map((other) => canSee(ann, other))).toEqual([true, false]);
  expect(ann.picture.get(near.characterId)).toMatchObject({ class: 'mage', level: 1, x: 100, y: 100, facing: 0 });
  await far.step(16, 185);
  await near.step(101, 100);
  await waitUntil(() => ann.picture.get(near.characterId)?.x === 101, 'the near player has moved');
  await aSecondLater(ann);
  expect(JSON.stringify(ann.client.eventsNamed('zone:moves'))).not.toContain(far.characterId);
  expect(JSON.stringify(ann.client.eventsNamed('zone:view'))).not.toContain(far.characterId);
});

it('two players enter and leave each other’s view together, and steps around a cell border do not toggle it', async () => {
  // Cells end at multiples of 30: one cell reaches from 60 to 90.
  const [ann, bob] = [await play({ x: 91, y: 136 }), await play({ x: 62, y: 136 })];
  const cid = await play({ x: 59, y: 136 });
  await waitUntil(() => canSee(ann, bob) && canSee(bob, cid), 'neighbours are in view');
  expect([canSee(ann, cid), canSee(cid, ann)]).toEqual([false, false]);
  expect(await cid.step(62.5, 136)).toBe(true);
  await aSecondLater(cid);
  expect([canSee(ann, cid), canSee(cid, ann)]).toEqual([false, false]);
  expect(await cid.step(64, 136, 1.5)).toBe(true);
  await waitUntil(() => canSee(ann, cid) && canSee(cid, ann), 'both are in view');
  expect(ann.picture.get(cid.characterId)).toMatchObject({ x: 64, y: 136, facing: 1.5, class: 'mage', level: 1 });
  const viewsWithCid = ann.client
    .eventsNamed('zone:view')
    .filter(({ entered }) => entered.some(({ id }) => id === cid.characterId));
  expect(viewsWithCid.length).toBeGreaterThan(0);
  expect(await cid.step(58, 136)).toBe(true);
  await aSecondLater(cid);
  expect(canSee(ann, cid)).toBe(true);
  expect(await cid.step(56, 136)).toBe(true);
  await waitUntil(() => !canSee(ann, cid) && !canSee(cid, ann), 'both are out of view');
  expect(canSee(bob, cid)).toBe(true);
});

it('a player that disconnects or travels to another zone leaves the view', async () => {
  const ann = await play({ x: 100, y: 101 });
  const [leaver, traveller, resident] = await Promise.all([
    play({ x: 101, y: 100 }),
    play({ x: 101, y: 102 }),
    play({ x: 99, y: 100 }),
  ]);
  await waitUntil(() => [leaver, traveller, resident].every((other) => canSee(ann, other)), 'all are in view');
  leaver.client.close();
  await traveller.client.send('zone:enter', { exitId: 'waystone' });
  await waitUntil(() => !canSee(ann, leaver) && !canSee(ann, traveller), 'both are out of view');
  expect(canSee(ann, resident)).toBe(true);
  expect(traveller.picture.zone).toBe('harbor');
  expect(canSee(traveller, ann)).toBe(false);
});

it('monsters wander within their area, at the same places for all players', async () => {
  const [ann, bob] = [await play({ x: 118, y: 100 }), await play({ x: 117, y: 99, encoding: 'binary' })];
  const monsters = () => [...ann.picture.entities.values()].filter((entity) => 'kind' in entity);
  expect(monsters().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['rat', 'straw_man']));
  const before = new Map(monsters().map(({ id, x }) => [id, x]));
  await waitUntil(() => monsters().some(({ id, x }) => before.has(id) && before.get(id) !== x), 'a monster has moved');
  for (const { x, y } of monsters()) expect(x >= 126 && x <= 146 && y >= 88 && y <= 112).toBe(true);
  expect(
    monsters()
      .map(({ id }) => id)
      .sort(),
  ).toEqual(bob.picture.ids.filter((id) => before.has(id)));
  const far = await play({ x: 20, y: 20 });
  expect([...far.picture.entities.values()].filter((entity) => 'kind' in entity)).toEqual([]);
});

it('both encodings show the same position and facing, and a client can change its encoding', async () => {
  const json = await play({ x: 60, y: 150 });
  const binary = await play({ x: 61, y: 150, encoding: 'binary' });
  const walker = await play({ x: 62, y: 150 });
  // The last step ends at (63, 150.2), facing 3 radians.
  for (let step = 1; step <= 10; step++)
    expect(await walker.step(62 + step / 10, 150 + step / 50, step - 7)).toBe(true);
  const poseOf = (of: PlacedPlayer): unknown => {
    const { x, y, facing } = of.picture.get(walker.characterId) ?? { x: 0, y: 0, facing: 0 };
    return [x, y, Math.round(Math.cos(facing) * 1e3), Math.round(Math.sin(facing) * 1e3)];
  };
  const expected = [63, 150.2, Math.round(Math.cos(3) * 1e3), Math.round(Math.sin(3) * 1e3)];
  await waitUntil(() => JSON.stringify(poseOf(json)) === JSON.stringify(expected), 'the JSON client');
  await waitUntil(() => JSON.stringify(poseOf(binary)) === JSON.stringify(expected), 'the binary client');
  // Only binary batches add to `bytes`.
  expect(binary.picture.counts.bytes).toBeGreaterThan(0);
  expect(json.picture.counts.bytes).toBe(0);
  await json.client.send('character:select', { characterId: json.characterId, encoding: 'binary' });
  await waitUntil(() => json.picture.counts.bytes > 0, 'the encoding has changed');
});

it('while no player moves, the only batches are keyframes with all players, a second apart', async () => {
  const ann = await play({ x: 45, y: 60 });
  const bob = await play({ x: 45, y: 62 });
  await aSecondLater(ann);
  ann.client.clearReceived();
  await aSecondLater(ann);
  await aSecondLater(ann);
  const moves = ann.client.eventsNamed('zone:moves');
  const ids = (batch: (typeof moves)[number]): string[] => batch.moves.map(([id]) => id).sort();
  for (const batch of moves) {
    expect(batch.full).toBe(true);
    expect(ids(batch)).toEqual([ann.characterId, bob.characterId].sort());
  }
  const ticks = moves.map(({ tick }) => tick);
  for (const [index, tick] of ticks.slice(1).entries()) expect(tick - (ticks[index] ?? 0)).toBeGreaterThanOrEqual(10);
});

it('an unknown encoding is refused', async () => {
  const { client, characterId } = await play({ x: 45, y: 60 });
  const answer = await client.send('character:select', { characterId, encoding: 'morse' });
  expect(answer).toMatchObject({ success: false, error: { code: 'VALIDATION' } });
});

it('the population counts the whole zone, not the view', async () => {
  const { client } = await game.join();
  const population = async (zone: string): Promise<unknown> =>
    (await client.send('zone:population', { zone }))['population'];
  await waitUntil(async () => (await population('mine')) === 0, 'the zone is empty');
  const [ann, bob] = [await play({ zone: 'mine', x: 5, y: 5 }), await play({ zone: 'mine', x: 110, y: 70 })];
  expect(canSee(ann, bob)).toBe(false);
  expect(await client.send('zone:population', { zone: 'mine' })).toEqual({
    success: true,
    zone: 'mine',
    population: 2,
  });
  bob.client.close();
  await waitUntil(async () => (await population('mine')) === 1, 'one player has left');
  expect(await client.send('zone:population', { zone: 'atlantis' })).toMatchObject({ error: { code: 'NOT_FOUND' } });
});
