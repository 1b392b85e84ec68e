/** The world of the client SDK on a real server: walking is never refused, and others see it. */
import { setTimeout as delay } from 'node:timers/promises';
import { createChatClient } from '../../libs/client/src/index';
import { addWorld } from '../../libs/client/src/world/building-blocks';
import type { World } from '../../libs/client/src/world/world';
import type { RunningServer } from '../../apps/server/src/server';
import { createCharacter, playAsGuest, waitUntil } from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { closeSdkClients, connectGuest, type SdkUser } from '../support/sdk/real-client';
import { startIsolatedServer } from '../support/servers/server';

const FRAME_MS = 16;

interface Actor {
  readonly user: SdkUser;
  readonly world: World;
  readonly corrections: object[];
}

let server: RunningServer;
let gate: Gate;
let anna: Actor;
let ben: Actor;

beforeAll(async () => {
  server = await startIsolatedServer();
  gate = await Gate.openInFrontOf(server.url);
  [anna, ben] = [await enter(gate.url), await enter(server.url)];
}, 60_000);
afterAll(async () => {
  closeSdkClients();
  await gate.close();
  await server.close();
});

async function enter(url: string): Promise<Actor> {
  const user = await connectGuest(url);
  const { id } = await createCharacter(server.url, user);
  const corrections: object[] = [];
  user.client.on('character:correction', (correction) => void corrections.push(correction));
  const world = await user.client.world.enter(id);
  return { user, world, corrections };
}

/** Draws frames of both for some time. */
async function draw(ms: number): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await delay(FRAME_MS)) {
    anna.world.at();
    ben.world.at();
  }
}

const annaAsSeenByBen = () => ben.world.at().others.find(({ id }) => id === anna.world.own?.id);

it('world: a player that walks around is never corrected, and others see where it stops', async () => {
  await waitUntil(() => annaAsSeenByBen() !== undefined, 'anna in the view of ben');
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [-1, 0],
    [1, -1],
  ] as const) {
    anna.world.walk(dx, dy);
    await draw(700);
  }
  anna.world.walk(0, 0);
  await draw(1_500);
  const own = anna.world.at().own;
  expect(anna.corrections).toEqual([]);
  expect(own?.x).not.toBe(100);
  const seen = annaAsSeenByBen();
  expect([seen?.x, seen?.y]).toEqual([expect.closeTo(own?.x ?? 0, 1), expect.closeTo(own?.y ?? 0, 1)]);
}, 30_000);

it('world: a player that walks against obstacles and the border slides along them, without being corrected', async () => {
  for (const [dx, dy] of [
    [-1, 0.2],
    [-1, -1],
    [0.1, -1],
  ] as const) {
    anna.world.walk(dx, dy);
    await draw(2_500);
  }
  anna.world.walk(0, 0);
  expect(anna.corrections).toEqual([]);
}, 30_000);

it('world: the same character is played on after a cut, and after a session that was not recovered', async () => {
  const { id } = anna.world.own ?? { id: '' };
  gate.resetConnections();
  await waitUntil(() => anna.user.client.state.get().phase !== 'live', 'the cut');
  await waitUntil(() => anna.user.client.state.get().phase === 'live', 'the connection');
  anna.user.client.disconnect();
  await waitUntil(() => annaAsSeenByBen() === undefined, 'the departure');
  await anna.user.client.connect();
  await waitUntil(() => annaAsSeenByBen()?.id === id, 'anna back in view');
  anna.world.walk(1, 0);
  await draw(600);
  anna.world.walk(0, 0);
  await draw(600);
  expect(anna.corrections).toEqual([]);
}, 30_000);

it('world: a client that began with the chat alone enters the world once it has loaded it, and again after its session has ended', async () => {
  const carl = await playAsGuest(server.url);
  const { id } = await createCharacter(server.url, carl);
  const client = createChatClient({ url: server.url.replace(/\/$/, ''), getToken: () => carl.accessToken });
  await client.connect();
  const world = await addWorld(client).enter(id);
  const isSeen = (): boolean => ben.world.at().others.some((other) => other.id === id);
  await waitUntil(isSeen, 'carl in the view of ben');
  client.disconnect();
  await waitUntil(() => !isSeen(), 'the end of the session', 60_000);
  await client.connect();
  await waitUntil(isSeen, 'carl in the world again');
  expect(world.at().own?.id).toBe(id);
  client.close();
}, 120_000);
