/** The world on one node: selecting characters, seeing other players, moving, and corrections. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CharacterView } from '@aeturnis/contracts';
import { Presence, RealtimeService as LibraryRealtimeService } from '@aeturnis/realtime';
import { RealtimeService } from '../../apps/server/src/realtime';
import { TICK_MS, ZoneTicker } from '../../apps/server/src/world/zone-ticker';
import { closeClients, connect, createCharacter, registerPlayer, waitUntil } from '../support/clients/client';
import { type Game, type PlayerInWorld, startGame } from '../support/servers/game';
import { callApi } from '../support/clients/http';
import { createMigratedDatabase } from '../support/databases/postgres';
import { startTestServer } from '../support/servers/server';
import { announcementsOf, select, step, untilJoined, untilLeft, untilMoved } from '../support/zones/playing-clients';

let game: Game;

beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const view = async ({ accessToken, character }: PlayerInWorld): Promise<CharacterView> => {
  const { body } = await callApi(game.server.url, 'GET', `/api/characters/${character.id}`, { token: accessToken });
  return body as unknown as CharacterView;
};

describe('selecting a character', () => {
  it('answers the character, its speed and its zone, and sends the snapshot of the zone', async () => {
    const { client, ...player } = await game.join();
    const { id, name } = await createCharacter(game.server.url, player);
    const answer = await select(client, id);
    expect(answer).toMatchObject({
      success: true,
      speed: 5,
      zone: 'starting_village',
      character: { id, name, level: 1 },
    });
    const { zone, players, tick } = await client.waitForEvent('zone:state');
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

  it('accepts an id in any case', async () => {
    const { client, ...player } = await game.join();
    const { id } = await createCharacter(game.server.url, player);
    expect(await select(client, id.toUpperCase())).toMatchObject({ success: true, character: { id } });
  });

  it('repeated answers the same with a new snapshot, and announces nothing again', async () => {
    const ann = await game.play();
    const bob = await game.play();
    await untilJoined(ann.client, bob.character.id);
    ann.client.clearReceived();
    bob.client.clearReceived();
    expect(await select(bob.client, bob.character.id)).toMatchObject({
      success: true,
      character: { id: bob.character.id },
    });
    await bob.client.waitForEvent('zone:state');
    await ann.client.roundTrip();
    expect(announcementsOf(ann.client, bob.character.id)).toEqual([]);
  });

  it('sets the character and zone of the presence, and its end removes them', async () => {
    const presence = game.server.app.get(Presence);
    const ann = await game.play();
    const second = await game.connect(ann);
    const { id } = ann.character;
    expect(await presence.attributes([ann.id])).toMatchObject([{ characterId: id, zone: 'starting_village' }]);
    const bob = await game.play();
    ann.client.close();
    await untilLeft(bob.client, id);
    const attributes = async () => Object.keys((await presence.attributes([ann.id]))[0] ?? {});
    // The event may be ahead of the presence.
    await waitUntil(async () => !(await attributes()).includes('characterId'), 'the presence without a character');
    expect(await attributes()).not.toContain('zone');
    expect(second.socket.connected).toBe(true);
  });

  it('leaves the world with the character played before', async () => {
    const watcher = await game.play();
    const ann = await game.play();
    const second = await createCharacter(game.server.url, ann);
    await select(ann.client, second.id);
    await Promise.all([untilLeft(watcher.client, ann.character.id), untilJoined(watcher.client, second.id)]);
    watcher.client.clearReceived();
    ann.client.close();
    await untilLeft(watcher.client, second.id);
    expect(announcementsOf(watcher.client, second.id)).toEqual(['zone:player_left']);
    expect(announcementsOf(watcher.client, ann.character.id)).toEqual([]);
  });

  it('adds to the population of the zone', async () => {
    const realtime = game.server.app.get(RealtimeService);
    expect(game.server.app.get(LibraryRealtimeService)).toBe(realtime);
    const population = () => realtime.getZonePopulation('starting_village');
    await waitUntil(async () => (await population()) === 0, 'the zone is empty');
    const ann = await game.play();
    expect(await population()).toBe(1);
    ann.client.close();
    await waitUntil(async () => (await population()) === 0, 'the player has left');
  });
});

describe('players of one zone', () => {
  it('receive each other’s entering, moves and leaving', async () => {
    const ann = await game.play();
    const bob = await game.play();
    const { player, zone } = await untilJoined(ann.client, bob.character.id);
    expect(zone).toBe('starting_village');
    const { id, name } = bob.character;
    expect(player).toEqual({ id, name, class: 'ranger', level: 1, x: 100, y: 100, facing: 0 });
    const { players } = await bob.client.waitForEvent('zone:state');
    expect(players.map(({ id }) => id)).toEqual(expect.arrayContaining([ann.character.id, bob.character.id]));

    expect(await step(ann.client, 1, 101.5, 99, 1.25)).toEqual({ success: true, accepted: true });
    const { moves, tick } = await untilMoved(bob.client, ann.character.id, 101.5);
    expect(tick).toBeGreaterThan(0);
    expect(moves).toContainEqual([ann.character.id, 101.5, 99, 1.25]);

    bob.client.close();
    expect(await untilLeft(ann.client, bob.character.id)).toEqual({ zone: 'starting_village', id: bob.character.id });
  });

  it('receive no announcement of themselves', async () => {
    const ann = await game.play();
    await ann.client.roundTrip();
    expect(ann.client.eventsNamed('zone:player_joined')).toEqual([]);
  });

  it('receive one batch per tick, with the players that moved only', async () => {
    const bystander = await game.play();
    const walkers = await Promise.all([game.play(), game.play()]);
    // A player that has just entered is listed a few times more.
    const { tick: enteredAt } = await bystander.client.waitForEvent('zone:state');
    await bystander.client.waitForEvent('zone:moves', ({ tick, full }) => full === true && tick > enteredAt + 10);
    bystander.client.clearReceived();
    for (let seq = 1; seq <= 5; seq++) {
      await Promise.all(walkers.map(({ client }) => step(client, seq, 100 + seq / 10, 100)));
    }
    await Promise.all(walkers.map(({ character }) => untilMoved(bystander.client, character.id, 100.5)));
    const batches = bystander.client.eventsNamed('zone:moves');
    const ticks = batches.map(({ tick }) => tick);
    expect(new Set(ticks).size).toBe(ticks.length);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    for (const { moves, full } of batches) {
      expect(moves.some(([id]) => id === bystander.character.id)).toBe(full === true);
      expect(new Set(moves.map(([id]) => id)).size).toBe(moves.length);
    }
  });

  it('are shown to newcomers at their position of the last tick', async () => {
    const ann = await game.play();
    const witness = await game.play();
    expect(await step(ann.client, 1, 103.25, 98.5)).toMatchObject({ accepted: true });
    await untilMoved(witness.client, ann.character.id, 103.25);
    const bob = await game.play();
    const { players } = await bob.client.waitForEvent('zone:state');
    expect(players.find(({ id }) => id === ann.character.id)).toMatchObject({ x: 103.25, y: 98.5 });
  });

  it('move for a newcomer too who enters between their step and its tick', async () => {
    const ann = await game.play();
    const { url } = game.server;
    const player = await registerPlayer(url);
    const { id } = await createCharacter(url, player);
    const newcomer = await connect(url, player.accessToken);
    // The time between two ticks is as long as this takes.
    const ticker = game.server.app.get(ZoneTicker);
    ticker.onModuleDestroy();
    const lastTick = ticker.currentTick;
    await delay(2 * TICK_MS);
    expect(await step(ann.client, 1, 103.25, 98.5)).toMatchObject({ accepted: true });
    expect(await select(newcomer, id)).toMatchObject({ success: true });
    const { tick } = await newcomer.waitForEvent('zone:state');
    ticker.onModuleInit();
    const moved = await untilMoved(newcomer, ann.character.id, 103.25);
    expect(tick).toBe(lastTick);
    expect(moved.tick).toBeGreaterThan(tick);
  });
});

describe('the position of a character', () => {
  it('is kept over a disconnect, to the last step', async () => {
    const ann = await game.play();
    await step(ann.client, 1, 104, 97, -1);
    const watcher = await game.play();
    ann.client.close();
    await untilLeft(watcher.client, ann.character.id);
    const reconnected = await game.connect(ann);
    expect(reconnected.eventsNamed('system:sync')[0]).toMatchObject({ zone: 'starting_village' });
    expect(await select(reconnected, ann.character.id)).toMatchObject({ success: true, character: { x: 104, y: 97 } });
    const { players } = await reconnected.waitForEvent('zone:state');
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

  it('has new sequence numbers with every selection', async () => {
    const ann = await game.play();
    await step(ann.client, 900, 101, 100);
    const reconnected = await game.connect(ann);
    await select(reconnected, ann.character.id);
    expect(await step(reconnected, 0, 101.5, 100)).toMatchObject({ accepted: true });
  });
});

describe('taking over a character on another connection', () => {
  it('releases the old connection, continues at the same position, and is unnoticed by other players', async () => {
    const watcher = await game.play();
    const ann = await game.play();
    await untilJoined(watcher.client, ann.character.id);
    await step(ann.client, 1, 102, 100);
    watcher.client.clearReceived();
    const second = await game.connect(ann);
    expect(await select(second, ann.character.id)).toMatchObject({ success: true, character: { x: 102, y: 100 } });
    expect(await ann.client.waitForEvent('character:released')).toEqual({
      characterId: ann.character.id,
      reason: 'taken_over',
    });
    expect(await step(ann.client, 2, 103, 100)).toMatchObject({ success: false, error: { code: 'NO_CHARACTER' } });
    expect(await step(second, 1, 102.5, 100)).toMatchObject({ accepted: true });
    await untilMoved(watcher.client, ann.character.id, 102.5);
    expect(announcementsOf(watcher.client, ann.character.id)).toEqual([]);
    ann.client.clearReceived();
    await step(second, 2, 102.75, 100);
    await untilMoved(second, ann.character.id, 102.75);
    expect(ann.client.eventsNamed('zone:moves')).toEqual([]);
  });

  it('survives the end of the old connection', async () => {
    const watcher = await game.play();
    const ann = await game.play();
    const second = await game.connect(ann);
    await select(second, ann.character.id);
    watcher.client.clearReceived();
    ann.client.close();
    expect(await step(second, 1, 100.5, 100)).toMatchObject({ accepted: true });
    await untilMoved(watcher.client, ann.character.id, 100.5);
    expect(announcementsOf(watcher.client, ann.character.id)).not.toContain('zone:player_left');
    second.close();
    await untilLeft(watcher.client, ann.character.id);
  });

  it('leaves one connection with the character when several select it at once', async () => {
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
  it('that is played removes it from the world', async () => {
    const watcher = await game.play();
    const ann = await game.play();
    const { id } = ann.character;
    await callApi(game.server.url, 'DELETE', `/api/characters/${id}`, { token: ann.accessToken });
    expect(await ann.client.waitForEvent('character:released')).toEqual({ characterId: id, reason: 'deleted' });
    await untilLeft(watcher.client, id);
    expect(await step(ann.client, 1, 101, 100)).toMatchObject({ error: { code: 'NO_CHARACTER' } });
    expect(await select(ann.client, id)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('an unknown character cannot be selected', async () => {
    const { client } = await game.join();
    expect(await select(client, randomUUID())).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
  });
});
