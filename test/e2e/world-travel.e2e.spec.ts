/** From zone to zone over exits: who hears what, in which order, and what is refused. */
import { Presence, RealtimeService } from '@aeturnis/realtime';
import { closeClients, type TestClient } from '../support/client';
import { type Game, type PlayerInWorld, startGame } from '../support/game';
import { metric } from '../support/metrics';

let game: Game;

beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const enter = (client: TestClient, exitId: string) => client.send('zone:enter', { exitId });
/** From the square of the village to the quay of the harbor. */
const travel = async ({ client }: PlayerInWorld): Promise<void> => {
  expect(await enter(client, 'waystone')).toMatchObject({ success: true, zone: 'harbor' });
};

it('answers where the character stands now, and shows the new zone before that', async () => {
  const ann = await game.play();
  ann.client.forget();
  const { id } = ann.character;
  expect(await enter(ann.client, 'waystone')).toMatchObject({
    success: true,
    zone: 'harbor',
    speed: 5,
    character: { id, zone: 'harbor', x: 122, y: 60 },
  });
  const [state] = ann.client.all('zone:state');
  expect(state).toMatchObject({ zone: 'harbor', players: [{ id, x: 122, y: 60 }] });
  expect(await game.server.app.get(Presence).attributes([ann.id])).toMatchObject([{ characterId: id, zone: 'harbor' }]);
});

it('tells the old zone and the new one, each once and nobody else', async () => {
  const [stays, ann, waits] = [await game.play(), await game.play(), await game.play()];
  await travel(waits);
  const { id } = ann.character;
  // Those of the test before may be on their way out still.
  for (const { client } of [stays, ann, waits]) {
    await client.settled();
    client.forget();
  }
  await travel(ann);
  expect(await stays.client.event('zone:player_left', (gone) => gone.id === id)).toEqual({
    zone: 'starting_village',
    id,
  });
  const joined = await waits.client.event('zone:player_joined');
  expect(joined).toMatchObject({ zone: 'harbor', player: { id, x: 122, y: 60 } });
  await Promise.all([stays, ann, waits].map(({ client }) => client.settled()));
  const heard = ({ client }: PlayerInWorld): string[] =>
    client.received
      .filter(({ event, payload }) => event.startsWith('zone:player') && JSON.stringify(payload).includes(id))
      .map(({ event }) => event);
  expect(heard(stays)).toEqual(['zone:player_left']);
  expect(heard(waits)).toEqual(['zone:player_joined']);
  expect(heard(ann)).toEqual([]);
  expect(await game.server.app.get(RealtimeService).getZonePopulation('harbor')).toBeGreaterThanOrEqual(2);

  stays.client.forget();
  await ann.client.send('character:move', { seq: 1, x: 122.4, y: 60 });
  await waits.client.event('zone:moves', ({ moves }) => moves.some(([who, x]) => who === id && x === 122.4));
  expect(JSON.stringify(stays.client.all('zone:moves'))).not.toContain(id);
});

it('refuses old coordinates and old numbers, and goes on from the new place', async () => {
  const { client } = await (async () => {
    const ann = await game.play();
    await ann.client.send('character:move', { seq: 5, x: 100.2, y: 100 });
    await travel(ann);
    return ann;
  })();
  const line = 'aeturnis_moves_refused_total{reason="teleport"}';
  const before = await metric(game.server.url, line);
  expect(await client.send('character:move', { seq: 6, x: 100.4, y: 100 })).toMatchObject({ accepted: false });
  expect(await client.event('character:correction')).toEqual({ seq: 6, x: 122, y: 60, reason: 'teleport' });
  expect(await metric(game.server.url, line)).toBe(before + 1);
  expect(await client.send('character:move', { seq: 5, x: 122, y: 60 })).toMatchObject({ accepted: false });
  expect(await client.send('character:move', { seq: 7, x: 122, y: 60 })).toMatchObject({ accepted: true });
});

it('is kept over a disconnection', async () => {
  const [ann, watcher] = [await game.play(), await game.play()];
  await travel(watcher);
  await travel(ann);
  ann.client.close();
  await watcher.client.event('zone:player_left', ({ id }) => id === ann.character.id);
  const again = await game.connect(ann);
  const selected = await again.send('character:select', { characterId: ann.character.id });
  expect(selected).toMatchObject({ success: true, zone: 'harbor', character: { zone: 'harbor', x: 122, y: 60 } });
});

it('is refused where there is no such exit, where it is too far, and without a character', async () => {
  const { client } = await game.play();
  client.forget();
  expect(await enter(client, 'nowhere')).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
  expect(await enter(client, 'to_village')).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
  expect(await enter(client, 'north_gate')).toMatchObject({ success: false, error: { code: 'CONFLICT' } });
  expect(client.all('zone:state')).toEqual([]);
  expect(await client.send('character:move', { seq: 1, x: 100.2, y: 100 })).toMatchObject({ accepted: true });
  const outside = await game.join();
  expect(await enter(outside.client, 'waystone')).toMatchObject({ success: false, error: { code: 'NO_CHARACTER' } });
});
