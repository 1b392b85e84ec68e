/**
 * A node is killed while a hundred characters walk on it. Half of the players resume on the other node, at most two seconds
 * of movement behind, and no viewer sees them vanish; the others disappear from views and are announced to have left.
 */
import { Client } from 'pg';
import { waitUntil } from '../support/clients/client';
import { seededRandom } from '../support/zones/simulated-walks';
import { scenario } from './support/scenario';
import { createWalkers } from './support/walkers/walker-process';
import { loadWalkableZone } from './support/walkers/walkable-zone';
import { NodeBroadcasts } from './support/walkers/node-broadcasts';
import { Walker } from './support/walkers/walker';
import type { ChaosCluster } from './support/chaos-cluster';

const WATCHERS = 4;
const WALKERS = 100;
/** Ten steps take a second. */
const STEPS = 30;
const MAX_LOST_STEPS = 20;
/** With more steps some characters would leave the view of the watchers. */
const MAX_STEPS = 80;
const DEPARTURE_TIMEOUT_MS = 15_000;
const ZONE = 'starting_village';
const NEXT_SEQ = 100_000;
const SETTINGS = { nodes: ['killed', 'other'], isUngated: true };

scenario('walkers on a killed node resume at most two seconds behind', SETTINGS, async (cluster) => {
  const { cells, pathfinder } = loadWalkableZone(ZONE);
  const [killed, other] = [cluster.node(0), cluster.node(1)];
  const gate = await cluster.openGate(killed.url);
  // All characters stay in the view of the watchers, in whatever direction they walk.
  const places = Array.from({ length: WATCHERS + WALKERS }, (_, index) => ({
    x: 96 + (index % 10),
    y: 100 + Math.floor(index / 10),
  }));
  const accounts = await createWalkers(cluster, { zone: ZONE, places }, (number) => (number < WATCHERS ? 1 : 0));
  const numbers = new Map(accounts.map(({ id }, number) => [id, number]));
  const all = accounts.map((account, number) => {
    const random = seededRandom(cluster.random.nextInt(2 ** 31));
    return new Walker(account, number, cells, pathfinder, numbers, new NodeBroadcasts(numbers), random);
  });
  const [watchers, walkers] = [all.slice(0, WATCHERS), all.slice(WATCHERS)];
  const [returning, leaving] = [walkers.slice(0, WALKERS / 2), walkers.slice(WALKERS / 2)];
  const reconnectOptions = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 500 };
  await Promise.all(watchers.map((walker) => walker.enter(other.url)));
  await Promise.all(returning.map((walker) => walker.enter(gate.url, reconnectOptions)));
  await Promise.all(leaving.map((walker) => walker.enter(gate.url)));
  const isSeenBy =
    ({ account: { id } }: Walker) =>
    ({ picture }: Walker): boolean =>
      picture.get(id) !== undefined;
  await waitUntil(() => walkers.every((walker) => watchers.every(isSeenBy(walker))), 'all are seen', 30_000);
  for (const { client } of [...watchers, ...walkers]) client.clearReceived();
  let vanished = 0;
  for (const watcher of watchers)
    watcher.client.socket.on('zone:moves', () => {
      vanished += returning.filter((walker) => !isSeenBy(walker)(watcher)).length;
    });

  // Many walks end with an unanswered step, because their node dies.
  let isWalking = true;
  const walks = walkers.map((walker) =>
    walker.walk(() => isWalking && walker.acceptedIndex < MAX_STEPS).catch(() => undefined),
  );
  await waitUntil(() => walkers.every(({ acceptedIndex }) => acceptedIndex >= STEPS), 'all have walked', 60_000);
  gate.redirectTo(other.url);
  isWalking = false;
  await killed.kill();
  const killedAt = Date.now();
  await Promise.all(walks);

  const stored = await storedPositions(cluster);
  const lost: number[] = leaving.map((walker) => stepsLost(walker, stored.get(walker.account.id)));
  for (const walker of returning) {
    const { client, picture, account: own } = walker;
    await client.waitForEvent('zone:state', ({ players }) => players.some(({ id }) => id === own.id), 30_000);
    expect(client.socket.recovered).toBe(true);
    const behind = stepsLost(walker, picture.get(own.id));
    lost.push(behind);
    const previous = walker.steps[walker.acceptedIndex - behind - 1];
    expect(await client.send('character:move', { seq: NEXT_SEQ, ...previous })).toMatchObject({ accepted: true });
  }
  expect(lost.filter((steps) => !(steps <= MAX_LOST_STEPS))).toEqual([]);

  const remainingMs = Math.max(0, killedAt + DEPARTURE_TIMEOUT_MS - Date.now());
  await waitUntil(
    () => !leaving.some((walker) => watchers.some(isSeenBy(walker))),
    'the others are removed',
    remainingMs,
  );
  const removedAfterMs = Date.now() - killedAt;
  for (const { client } of watchers) {
    for (const { account: own } of leaving) await client.waitForEvent('zone:player_left', ({ id }) => id === own.id);
    await client.roundTrip();
    const announced = client.eventsNamed('zone:player_left').map(({ id }) => id);
    expect(announced.sort()).toEqual(leaving.map(({ account: own }) => own.id).sort());
    expect(client.eventsNamed('zone:player_joined')).toEqual([]);
  }
  expect(vanished).toBe(0);
  return { resumed: returning.length, left: leaving.length, mostStepsLost: Math.max(...lost), removedAfterMs };
});

interface StoredPosition {
  x: number;
  y: number;
}

async function storedPositions({ database }: ChaosCluster): Promise<Map<string, StoredPosition>> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<StoredPosition & { id: string }>('select id, x, y from characters');
  await client.end();
  return new Map(rows.map(({ id, ...position }) => [id, position]));
}

/** The number of accepted steps after the walker was at this position; NaN if it never was. */
function stepsLost({ steps, acceptedIndex }: Walker, position: StoredPosition | undefined): number {
  const at = steps.findLastIndex(({ x, y }) => x === position?.x && y === position.y);
  return at < 0 ? NaN : Math.max(0, acceptedIndex - at);
}
