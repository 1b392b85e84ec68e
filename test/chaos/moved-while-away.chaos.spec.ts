/** Nodes evict and admit clients that are away: each client receives what was published to a room while it was a member. */
import { waitUntil } from '../support/clients/client';
import { campRoomName, RoomDeliveryModel } from './support/load/room-delivery-model';
import { ClientGroup } from './support/load/client-group';
import { type ScenarioCounts, scenario, TWO_RAID_NODES } from './support/scenario';
import type { ScenarioRandom } from './support/scenario-random';
import type { ChaosCluster } from './support/chaos-cluster';

const CLIENTS = 5;
const ABSENCES = 5;
const CAMPS = ['hill', 'ford', 'wood', 'moor'];

scenario('clients moved while away receive what their rooms got', TWO_RAID_NODES, (cluster) =>
  moveWhileAway(cluster, CAMPS),
);
// Rooms that a client leaves and enters again, and rooms that it enters and leaves again.
scenario('clients moved to and fro while away receive what their rooms got', TWO_RAID_NODES, (cluster) =>
  moveWhileAway(cluster, [...CAMPS, ...CAMPS, ...CAMPS]),
);

/** Toggles, during each absence, the membership of every client in these rooms, in a random order of its own. */
async function moveWhileAway(cluster: ChaosCluster, steps: readonly string[]): Promise<ScenarioCounts> {
  const { random } = cluster;
  const [group, observers] = await Promise.all([
    ClientGroup.connectGuests(cluster, cluster.node(0), CLIENTS),
    Promise.all(cluster.nodes.map((node) => cluster.connectGuest(node))),
  ]);
  const model = new RoomDeliveryModel(cluster, group.members);
  for (const member of group.members)
    for (const camp of CAMPS) if (random.nextInt(2) === 0) await model.toggleMembership(member, camp);
  let moves = 0;
  for (let absence = 1; absence <= ABSENCES; absence++) {
    await model.waitForDelivery();
    await group.gate.close();
    await waitUntil(() => group.members.every(({ client }) => !client.socket.connected), 'all are disconnected');
    // For a client that still counts as connected, a node applies an eviction by another code path.
    await waitUntil(async () => (await connections()) === observers.length, 'the node has noticed the disconnects');
    const orders = group.members.map(() => shuffled(steps, random));
    for (const step of steps.keys()) {
      const node = random.nextInt(2);
      for (const [index, member] of group.members.entries()) {
        const camp = orders[index]?.[step] ?? '';
        const isJoin = !model.isIn(member, camp);
        const room = campRoomName(camp);
        await cluster.node(node).execute(isJoin ? { admit: member.id, room } : { evict: member.id, room });
        model.recordMembership(member, camp, isJoin);
        moves++;
      }
      let last = 0;
      for (const camp of CAMPS) last = await model.publish(node, [campRoomName(camp)]);
      last = await model.publish(node, []);
      // Only messages of one node keep their order, so the other node publishes after it has received these.
      for (const { client } of observers)
        await waitUntil(() => client.eventsNamed('camp:word').some(({ n }) => n === last), 'delivery');
    }
    group.redirectTo(random.pick(cluster.nodes));
    await group.gate.open();
    await group.waitForReconnects(absence);
    for (const camp of CAMPS) await model.publish(random.nextInt(2), [campRoomName(camp)]);
  }
  await model.expectDelivered();
  for (const { reconnects } of group.members) expect(reconnects).toEqual(Array.from({ length: ABSENCES }, () => true));
  return { clients: CLIENTS, moves, messages: model.expectedCount };

  async function connections(): Promise<number> {
    const figures = await Promise.all(cluster.nodes.map((node) => node.socketMetrics()));
    return figures.reduce((sum, { connections: { total } }) => sum + total, 0);
  }
}

function shuffled<T>(items: readonly T[], random: ScenarioRandom): T[] {
  const remaining = [...items];
  return items.flatMap(() => remaining.splice(random.nextInt(remaining.length), 1));
}
