/** Travel between zones through exits: the events and their order for both zones, and refusals. */
import { Presence } from '@aeturnis/realtime';
import { RealtimeService } from '../../apps/server/src/realtime';
import type { TestClient } from '../support/clients/client';
import { type PlayerInWorld, useGame } from '../support/servers/game';
import { readMetric } from '../support/servers/metrics';
import { untilLeft, untilMoved } from '../support/zones/playing-clients';

const game = useGame();

const enter = (client: TestClient, exitId: string) => client.send('zone:enter', { exitId });
/** Goes from the square of the village to the quay of the harbor. */
const travel = async ({ client }: PlayerInWorld): Promise<void> => {
  expect(await enter(client, 'waystone')).toMatchObject({ success: true, zone: 'harbor' });
};

it('zone:enter answers the new position, after the snapshot of the new zone', async () => {
  const ann = await game.play();
  ann.client.clearReceived();
  const { id } = ann.character;
  expect(await enter(ann.client, 'waystone')).toMatchObject({
    success: true,
    zone: 'harbor',
    speed: 5,
    character: { id, zone: 'harbor', x: 122, y: 60 },
  });
  const [state] = ann.client.eventsNamed('zone:state');
  expect(state).toMatchObject({ zone: 'harbor', players: [{ id, x: 122, y: 60 }] });
  expect(await game.server.app.get(Presence).attributes([ann.id])).toMatchObject([{ characterId: id, zone: 'harbor' }]);
});

it('a travel is announced to the old and the new zone once, and to no other player', async () => {
  const [villager, ann, resident] = [await game.play(), await game.play(), await game.play()];
  await travel(resident);
  const { id } = ann.character;
  // Characters of the previous test may still be leaving.
  for (const { client } of [villager, ann, resident]) {
    await client.roundTrip();
    client.clearReceived();
  }
  await travel(ann);
  expect(await untilLeft(villager.client, id)).toEqual({
    zone: 'starting_village',
    id,
  });
  const joined = await resident.client.waitForEvent('zone:player_joined');
  expect(joined).toMatchObject({ zone: 'harbor', player: { id, x: 122, y: 60 } });
  await Promise.all([villager, ann, resident].map(({ client }) => client.roundTrip()));
  const receivedEvents = ({ client }: PlayerInWorld): string[] =>
    client.received
      .filter(({ event, payload }) => event.startsWith('zone:player') && JSON.stringify(payload).includes(id))
      .map(({ event }) => event);
  expect(receivedEvents(villager)).toEqual(['zone:player_left']);
  expect(receivedEvents(resident)).toEqual(['zone:player_joined']);
  expect(receivedEvents(ann)).toEqual([]);
  expect(await game.server.app.get(RealtimeService).getZonePopulation('harbor')).toBeGreaterThanOrEqual(2);

  villager.client.clearReceived();
  await ann.client.send('character:move', { seq: 1, x: 122.4, y: 60 });
  await untilMoved(resident.client, id, 122.4);
  expect(JSON.stringify(villager.client.eventsNamed('zone:moves'))).not.toContain(id);
});

it('after a travel, moves with old coordinates or sequence numbers are refused, and new ones accepted', async () => {
  const ann = await game.play();
  const { client } = ann;
  await client.send('character:move', { seq: 5, x: 100.2, y: 100 });
  await travel(ann);
  const metric = 'aeturnis_moves_refused_total{reason="teleport"}';
  const before = await readMetric(game.server.url, metric);
  expect(await client.send('character:move', { seq: 6, x: 100.4, y: 100 })).toMatchObject({ accepted: false });
  expect(await client.waitForEvent('character:correction')).toEqual({ seq: 6, x: 122, y: 60, reason: 'teleport' });
  expect(await readMetric(game.server.url, metric)).toBe(before + 1);
  expect(await client.send('character:move', { seq: 5, x: 122, y: 60 })).toMatchObject({ accepted: false });
  expect(await client.send('character:move', { seq: 7, x: 122, y: 60 })).toMatchObject({ accepted: true });
});

it('the new zone is kept over a disconnect', async () => {
  const [ann, watcher] = [await game.play(), await game.play()];
  await travel(watcher);
  await travel(ann);
  ann.client.close();
  await untilLeft(watcher.client, ann.character.id);
  const reconnected = await game.connect(ann);
  const selected = await reconnected.send('character:select', { characterId: ann.character.id });
  expect(selected).toMatchObject({ success: true, zone: 'harbor', character: { zone: 'harbor', x: 122, y: 60 } });
});

it('zone:enter is refused for an unknown exit, an exit too far away, and without a character', async () => {
  const { client } = await game.play();
  client.clearReceived();
  expect(await enter(client, 'nowhere')).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
  expect(await enter(client, 'to_village')).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
  expect(await enter(client, 'north_gate')).toMatchObject({ success: false, error: { code: 'CONFLICT' } });
  expect(client.eventsNamed('zone:state')).toEqual([]);
  expect(await client.send('character:move', { seq: 1, x: 100.2, y: 100 })).toMatchObject({ accepted: true });
  const outside = await game.join();
  expect(await enter(outside.client, 'waystone')).toMatchObject({ success: false, error: { code: 'NO_CHARACTER' } });
});
