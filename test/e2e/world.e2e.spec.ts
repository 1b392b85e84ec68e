/** The world: playing a character, seeing the others, walking, and being put back. */
import { randomUUID } from 'node:crypto';
import type { CharacterView } from '@aeturnis/contracts';
import { Presence, RealtimeService } from '@aeturnis/realtime';
import { closeClients, connect, createCharacter, registerPlayer, type TestClient, until } from '../support/client';
import { type Game, type PlayerInWorld, startGame } from '../support/game';
import { call } from '../support/http';
import { createMigratedDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

let game: Game;

beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const select = (client: TestClient, characterId: string) => client.send('character:select', { characterId });
const step = (client: TestClient, seq: number, x: number, y: number, facing?: number) =>
  client.send('character:move', { seq, x, y, ...(facing !== undefined && { facing }) });
const view = async ({ accessToken, character }: PlayerInWorld): Promise<CharacterView> => {
  const { body } = await call(game.server.url, 'GET', `/api/characters/${character.id}`, { token: accessToken });
  return body as unknown as CharacterView;
};
const left = (client: TestClient, id: string) => client.event('zone:player_left', (gone) => gone.id === id);
const joined = (client: TestClient, id: string) => client.event('zone:player_joined', ({ player }) => player.id === id);
const moved = (client: TestClient, id: string, x: number) =>
  client.event('zone:moves', ({ moves }) => moves.some(([who, where]) => who === id && where === x));

describe('selecting a character', () => {
  it('answers the character, its speed and its zone, and shows the zone', async () => {
    const { client, ...player } = await game.join();
    const { id, name } = await createCharacter(game.server.url, player);
    const answer = await select(client, id);
    expect(answer).toMatchObject({
      success: true,
      speed: 5,
      zone: 'starting_village',
      character: { id, name, level: 1 },
    });
    const { zone, players, tick } = await client.event('zone:state');
    expect(zone).toBe('starting_village');
    expect(tick).toBeGreaterThan(0);
    expect(players).toContainEqual({
      id,
      n: expect.any(Number),
      name,
      class: 'ranger',
      level: 1,
      x: 100,
      y: 100,
      facing: 0,
    });
  });

  it('takes an id in any case', async () => {
    const { client, ...player } = await game.join();
    const { id } = await createCharacter(game.server.url, player);
    expect(await select(client, id.toUpperCase())).toMatchObject({ success: true, character: { id } });
  });

  it('answers the same again, with a fresh state, and nobody is told twice', async () => {
    const ann = await game.play();
    const bob = await game.play();
    await joined(ann.client, bob.character.id);
    ann.client.forget();
    bob.client.forget();
    expect(await select(bob.client, bob.character.id)).toMatchObject({
      success: true,
      character: { id: bob.character.id },
    });
    await bob.client.event('zone:state');
    await ann.client.settled();
    expect(ann.client.all('zone:player_joined')).toEqual([]);
    expect(ann.client.all('zone:player_left')).toEqual([]);
  });

  it('tells the user in the presence, and takes it back', async () => {
    const presence = game.server.app.get(Presence);
    const ann = await game.play();
    const second = await game.connect(ann);
    const { id } = ann.character;
    expect(await presence.attributes([ann.id])).toMatchObject([{ characterId: id, zone: 'starting_village' }]);
    const bob = await game.play();
    ann.client.close();
    await left(bob.client, id);
    await second.settled();
    const [attributes] = await presence.attributes([ann.id]);
    expect(attributes).not.toHaveProperty('characterId');
    expect(attributes).not.toHaveProperty('zone');
  });

  it('leaves the character that was played before', async () => {
    const watcher = await game.play();
    const ann = await game.play();
    const second = await createCharacter(game.server.url, ann);
    await select(ann.client, second.id);
    await Promise.all([left(watcher.client, ann.character.id), joined(watcher.client, second.id)]);
    watcher.client.forget();
    ann.client.close();
    await left(watcher.client, second.id);
    expect(watcher.client.all('zone:player_left')).toHaveLength(1);
  });

  it('counts in the population of the zone', async () => {
    const population = () => game.server.app.get(RealtimeService).getZonePopulation('starting_village');
    await until(async () => (await population()) === 0, 'everybody else has left');
    const ann = await game.play();
    expect(await population()).toBe(1);
    ann.client.close();
    await until(async () => (await population()) === 0, 'the player has left');
  });
});

describe('players of one zone', () => {
  it('see each other come, walk and go', async () => {
    const ann = await game.play();
    const bob = await game.play();
    const { player, zone } = await joined(ann.client, bob.character.id);
    expect(zone).toBe('starting_village');
    const { id, name } = bob.character;
    expect(player).toEqual({ id, name, class: 'ranger', level: 1, x: 100, y: 100, facing: 0 });
    const { players } = await bob.client.event('zone:state');
    expect(players.map(({ id }) => id)).toEqual(expect.arrayContaining([ann.character.id, bob.character.id]));

    expect(await step(ann.client, 1, 101.5, 99, 1.25)).toEqual({ success: true, accepted: true });
    const { moves, tick } = await moved(bob.client, ann.character.id, 101.5);
    expect(tick).toBeGreaterThan(0);
    expect(moves).toContainEqual([ann.character.id, 101.5, 99, 1.25]);

    bob.client.close();
    expect(await left(ann.client, bob.character.id)).toEqual({ zone: 'starting_village', id: bob.character.id });
  });

  it('are not told of themselves', async () => {
    const ann = await game.play();
    await ann.client.settled();
    expect(ann.client.all('zone:player_joined')).toEqual([]);
  });

  it('get one batch per tick, in which only those are who moved', async () => {
    const still = await game.play();
    const walkers = await Promise.all([game.play(), game.play()]);
    // Who has just come is told a few times more.
    const { tick: came } = await still.client.event('zone:state');
    await still.client.event('zone:moves', ({ tick, full }) => full === true && tick > came + 10);
    still.client.forget();
    for (let seq = 1; seq <= 5; seq++) {
      await Promise.all(walkers.map(({ client }) => step(client, seq, 100 + seq / 10, 100)));
    }
    await Promise.all(walkers.map(({ character }) => moved(still.client, character.id, 100.5)));
    const batches = still.client.all('zone:moves');
    const ticks = batches.map(({ tick }) => tick);
    expect(new Set(ticks).size).toBe(ticks.length);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    for (const { moves, full } of batches) {
      expect(moves.some(([id]) => id === still.character.id)).toBe(full === true);
      expect(new Set(moves.map(([id]) => id)).size).toBe(moves.length);
    }
  });

  it('are shown to newcomers where they stand, not where they began', async () => {
    const ann = await game.play();
    await step(ann.client, 1, 103.25, 98.5);
    const bob = await game.play();
    const { players } = await bob.client.event('zone:state');
    expect(players.find(({ id }) => id === ann.character.id)).toMatchObject({ x: 103.25, y: 98.5 });
  });
});

describe('where a character stands', () => {
  it('is kept over a disconnection, to the last step', async () => {
    const ann = await game.play();
    await step(ann.client, 1, 104, 97, -1);
    const watcher = await game.play();
    ann.client.close();
    await left(watcher.client, ann.character.id);
    const again = await game.connect(ann);
    expect(again.all('system:sync')[0]).toMatchObject({ zone: 'starting_village' });
    expect(await select(again, ann.character.id)).toMatchObject({ success: true, character: { x: 104, y: 97 } });
    const { players } = await again.event('zone:state');
    expect(players).toContainEqual(expect.objectContaining({ id: ann.character.id, x: 104, y: 97, facing: -1 }));
    expect(await view(ann)).toMatchObject({ x: 104, y: 97 });
  });

  it('is kept over a restart of the server', async () => {
    const database = await createMigratedDatabase();
    const first = await startTestServer({ DATABASE_URL: database.url });
    const ann = await registerPlayer(first.url);
    const { id } = await createCharacter(first.url, ann);
    const before = await connect(first.url, ann.accessToken);
    await select(before, id);
    await step(before, 1, 96, 95);
    await first.close();
    const second = await startTestServer({ DATABASE_URL: database.url });
    const after = await connect(second.url, ann.accessToken);
    expect(await select(after, id)).toMatchObject({ character: { x: 96, y: 95 } });
    await second.close();
    await database.drop();
  });

  it('goes on in sequence numbers of its own with every selection', async () => {
    const ann = await game.play();
    await step(ann.client, 900, 101, 100);
    const again = await game.connect(ann);
    await select(again, ann.character.id);
    expect(await step(again, 0, 101.5, 100)).toMatchObject({ accepted: true });
  });
});

describe('taking over a character on another connection', () => {
  it('tells the old connection, goes on where it stood, and the others see no difference', async () => {
    const watcher = await game.play();
    const ann = await game.play();
    await joined(watcher.client, ann.character.id);
    await step(ann.client, 1, 102, 100);
    watcher.client.forget();
    const second = await game.connect(ann);
    expect(await select(second, ann.character.id)).toMatchObject({ success: true, character: { x: 102, y: 100 } });
    expect(await ann.client.event('character:released')).toEqual({
      characterId: ann.character.id,
      reason: 'taken_over',
    });
    expect(await step(ann.client, 2, 103, 100)).toMatchObject({ success: false, error: { code: 'NO_CHARACTER' } });
    expect(await step(second, 1, 102.5, 100)).toMatchObject({ accepted: true });
    await moved(watcher.client, ann.character.id, 102.5);
    expect(watcher.client.all('zone:player_left')).toEqual([]);
    expect(watcher.client.all('zone:player_joined')).toEqual([]);
    ann.client.forget();
    await step(second, 2, 102.75, 100);
    await moved(second, ann.character.id, 102.75);
    expect(ann.client.all('zone:moves')).toEqual([]);
  });

  it('survives the end of the old connection', async () => {
    const watcher = await game.play();
    const ann = await game.play();
    const second = await game.connect(ann);
    await select(second, ann.character.id);
    watcher.client.forget();
    ann.client.close();
    expect(await step(second, 1, 100.5, 100)).toMatchObject({ accepted: true });
    await moved(watcher.client, ann.character.id, 100.5);
    expect(watcher.client.all('zone:player_left')).toEqual([]);
    second.close();
    await left(watcher.client, ann.character.id);
  });

  it('leaves one connection with it when many select it at once', async () => {
    const ann = await game.play();
    const clients = await Promise.all([1, 2, 3, 4].map(() => game.connect(ann)));
    const answers = await Promise.all(clients.map((client) => select(client, ann.character.id)));
    expect(answers.some(({ success }) => success)).toBe(true);
    for (const { success, error } of answers) if (!success) expect(error?.code).toBe('CONFLICT');
    const steps = await Promise.all([ann.client, ...clients].map((client) => step(client, 1, 100.25, 100)));
    expect(steps.filter(({ success }) => success)).toHaveLength(1);
  });
});

describe('deleting a character', () => {
  it('that is played takes it out of the world', async () => {
    const watcher = await game.play();
    const ann = await game.play();
    const { id } = ann.character;
    await call(game.server.url, 'DELETE', `/api/characters/${id}`, { token: ann.accessToken });
    expect(await ann.client.event('character:released')).toEqual({ characterId: id, reason: 'deleted' });
    await left(watcher.client, id);
    expect(await step(ann.client, 1, 101, 100)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
    expect(await select(ann.client, id)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('that nobody has is not found', async () => {
    const { client } = await game.join();
    expect(await select(client, randomUUID())).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
  });
});
