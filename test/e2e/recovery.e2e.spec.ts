/** A resumed client continues with its character on either node, and no other user can take over its session. */
import {
  createTestClient,
  closeClients,
  connect,
  createCharacter,
  type Player,
  registerPlayer,
  type TestClient,
} from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import type { ServerProcess } from '../support/servers/server';
import { useNodeCluster } from '../support/servers/node-cluster';

const cluster = useNodeCluster({ LIMITS: 'off' });
let west: ServerProcess;
let east: ServerProcess;
let gate: Gate;

beforeAll(async () => {
  [west, east] = await Promise.all([cluster.startProcess(), cluster.startProcess()]);
}, 60_000);
beforeEach(async () => {
  gate = await Gate.openInFrontOf(west.url);
});
afterEach(async () => {
  closeClients();
  await gate.close();
});

interface ReturningPlayer {
  player: Player;
  client: TestClient;
  /** `socket.recovered` at each connection after the first. */
  recovered: boolean[];
}

/** Connects a stock client through the gate. */
async function connectPlayer(): Promise<ReturningPlayer> {
  const player = await registerPlayer(east.url);
  const client = await connect(gate.url, player.accessToken, {
    reconnection: true,
    reconnectionDelay: 100,
    reconnectionDelayMax: 300,
  });
  const recovered: boolean[] = [];
  client.socket.on('connect', () => recovered.push(client.socket.recovered));
  return { player, client, recovered };
}

it('a resumed player continues with its character, and gets a new snapshot of the zone, on either node', async () => {
  const { player, client: anna, recovered } = await connectPlayer();
  const character = await createCharacter(east.url, player);
  expect(await anna.send('character:select', { characterId: character.id })).toMatchObject({ success: true });
  for (const [times, node] of [
    [1, west],
    [2, east],
  ] as const) {
    anna.clearReceived();
    gate.redirectTo(node.url);
    gate.resetConnections({ halfOpen: true });
    const { players } = await anna.waitForEvent('zone:state');
    expect(players.map(({ id }) => id)).toContain(character.id);
    expect(await anna.send('chat:message', { channel: 'zone', text: `still here ${times}` })).toMatchObject({
      success: true,
    });
    await anna.waitForEvent('chat:message', ({ text }) => text === `still here ${times}`);
    expect(anna.eventsNamed('character:released')).toEqual([]);
  }
  expect(recovered).toEqual([true, true]);
});

it('a session presented by another user does not disturb its connected owner', async () => {
  const owner = await connectPlayer();
  const otherUser = await registerPlayer(east.url);
  const [{ pid } = { pid: '' }] = owner.client.eventsNamed('system:connected');
  const offset = (owner.client.socket as unknown as { _lastOffset: string })._lastOffset;
  const thief = createTestClient(east.url, undefined, { auth: { pid, offset, token: otherUser.accessToken } });
  await thief.waitForEvent('system:sync');
  expect(thief.eventsNamed('system:connected').map(({ recovered }) => recovered)).toEqual([false]);
  await owner.client.roundTrip();
  expect([owner.client.socket.connected, owner.recovered]).toEqual([true, []]);
});
