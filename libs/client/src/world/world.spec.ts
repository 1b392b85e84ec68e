/** The character that the user plays, through cuts and refusals. */
import type { WireError } from '@aeturnis/contracts';
import {
  connectSimulated,
  simulate,
  type SimulatedClient,
  type Simulation,
} from '../../../../test/support/sdk/simulated-client';
import { createChatClient } from '../index';
import { addWorld } from './building-blocks';

const ROOM_FULL: WireError = { code: 'ROOM_FULL', message: 'The zone is full', retryable: true };
const NOT_FOUND: WireError = { code: 'NOT_FOUND', message: 'No such character', retryable: false };

let simulation: Simulation;
let player: SimulatedClient;

beforeEach(async () => {
  simulation = simulate();
  player = await connectSimulated(simulation);
  const entered = player.client.world.enter('hero');
  await simulation.clock.pass(100);
  await entered;
});

const playedOnServer = (): string | undefined => simulation.server.characterOf(player.link());
const played = (): (string | undefined)[] => [player.client.world.own?.id, playedOnServer()];

it.each([
  ['once', ['cut']],
  ['three times', ['cut', 'cut', 'cut']],
] as const)(
  'world: a character whose selection is cut off %s is selected by the next connection',
  async (_, faults) => {
    simulation.server.selectionFaults.push(...faults);
    player.link().cut();
    await simulation.clock.pass(5_000);
    expect(played()).toEqual(['hero', 'hero']);
  },
);

it('world: a character whose selection is cut off is selected by the next connection also if that one is recovered', async () => {
  const { server, clock } = simulation;
  server.selectionFaults.push('cut');
  player.link().cut();
  await clock.passUntil(() => server.selectionFaults.length === 0, 5_000);
  server.recoversSessions = true;
  server.isReachable = false;
  // Longer than a request waits for a connection.
  await clock.pass(30_000);
  server.isReachable = true;
  await clock.pass(20_000);
  expect(played()).toEqual(['hero', 'hero']);
});

it('world: a recovered connection does not select the character again', async () => {
  const { server, clock } = simulation;
  server.recoversSessions = true;
  player.link().cut();
  await clock.pass(5_000);
  expect([...played(), server.handled('character:select')]).toEqual(['hero', 'hero', 1]);
});

it('world: a character whose zone is full is selected again until it has a place', async () => {
  const { server, clock } = simulation;
  server.selectionFaults.push(ROOM_FULL, ROOM_FULL, ROOM_FULL);
  player.link().cut();
  await clock.pass(1_000);
  expect(played()).toEqual(['hero', undefined]);
  await clock.pass(30_000);
  expect([...played(), server.handled('character:select')]).toEqual(['hero', 'hero', 5]);
});

it('world: a character that no longer exists is given up', async () => {
  const { server, clock } = simulation;
  server.selectionFaults.push(NOT_FOUND);
  player.link().cut();
  await clock.pass(60_000);
  expect([...played(), server.handled('character:select')]).toEqual([undefined, undefined, 2]);
});

it('world: after a disconnection during the selection, the next connection plays the character', async () => {
  const { server, clock } = simulation;
  player.link().cut();
  while (server.handled('character:select') === 1) await clock.pass(5);
  player.client.disconnect();
  await clock.pass(100);
  await Promise.all([player.client.connect(), clock.pass(5_000)]);
  expect(played()).toEqual(['hero', 'hero']);
});

describe('the clock', () => {
  const steps = (): number => simulation.server.handled('character:move');

  /** Draws a second of frames. @returns how many steps have arrived. */
  async function draw(frameTime: () => number | undefined = () => undefined): Promise<number> {
    const before = steps();
    player.client.world.walk(1, 0);
    for (let frame = 0; frame < 60; frame += 1) {
      player.client.world.at(frameTime());
      await simulation.clock.pass(16);
    }
    return steps() - before;
  }

  it('world: steps are sent after the clock of the device was set back', async () => {
    await draw();
    simulation.clock.adjust(-3_600_000);
    expect(await draw()).toBeGreaterThan(7);
  });

  it('world: steps are sent at their pace if calls have the time of the frame or none, in turn', async () => {
    const { clock } = simulation;
    clock.adjust(1_000_000_000);
    let frame = 0;
    const sent = await draw(() => (++frame % 5 === 0 ? undefined : clock.monotonic()));
    expect(sent).toBeGreaterThan(7);
    expect(sent).toBeLessThan(12);
  });
});

it('world: a client has one, however often it is added', () => {
  const chat = createChatClient({ url: 'http://server', getToken: () => '' });
  expect(addWorld(chat)).toBe(addWorld(chat));
  expect(addWorld(player.client)).toBe(player.client.world);
});

it('world: a disconnected client does not go on selecting its character', async () => {
  const { server, clock } = simulation;
  server.selectionFaults.push(ROOM_FULL);
  player.link().cut();
  await clock.passUntil(() => server.selectionFaults.length === 0, 5_000);
  await clock.pass(50);
  player.client.close();
  await clock.pass(60_000);
  expect(clock.hasTimers).toBe(false);
});

it.each([undefined, NaN, Infinity])(
  'world: the character walks on if frames are drawn with the time %p',
  async (time) => {
    const { server, clock } = simulation;
    const { world } = player.client;
    world.walk(1, 0);
    for (let frame = 0; frame < 10; frame += 1) {
      world.at(time);
      await clock.pass(100);
    }
    expect(server.handled('character:move')).toBeGreaterThan(7);
  },
);

it('world: a character whose id is given in upper case is selected and released by its id in lower case', async () => {
  const { world } = player.client;
  const [entered, again] = [world.enter('HERO'), world.enter('hero')];
  await simulation.clock.pass(100);
  await Promise.all([entered, again]);
  expect(played()).toEqual(['hero', 'hero']);
});
