/** Emits to several rooms with exceptions while clients are cut off, join and leave: each receives what a model expects. */
import { campRoomName, RoomDeliveryModel } from './support/load/room-delivery-model';
import { ClientGroup } from './support/load/client-group';
import { scenario, TWO_RAID_NODES } from './support/scenario';
import type { ScenarioRandom } from './support/scenario-random';

const CLIENTS_PER_NODE = 4;
const ROUNDS = 12;
const MESSAGES_PER_ROUND = 30;
const CAMPS = ['a', 'b', 'c', 'd', 'e', 'f'];

scenario('emits to several rooms with exceptions match a model', TWO_RAID_NODES, async (cluster) => {
  const { random } = cluster;
  const groups = await ClientGroup.connectOnEachNode(cluster, CLIENTS_PER_NODE);
  const model = new RoomDeliveryModel(
    cluster,
    groups.flatMap(({ members }) => members),
  );
  for (const member of model.clients)
    for (const camp of CAMPS) if (random.nextInt(2) === 0) await model.toggleMembership(member, camp);
  let cuts = 0;
  const cutsByGroup = groups.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    await model.waitForDelivery();
    // A message to a room may or may not reach a client that joins at that moment, so changing rooms get no messages.
    const [changing, stable] = splitChanging(CAMPS, random);
    const cut = random.nextInt(groups.length);
    const group = groups[cut];
    const changes = (groups[1 - cut]?.members ?? []).map(async (member) => {
      for (const camp of changing) if (random.nextInt(2) === 0) await model.toggleMembership(member, camp);
    });
    for (let message = 0; message < MESSAGES_PER_ROUND; message++) {
      if (message === MESSAGES_PER_ROUND / 2) {
        group?.redirectTo(random.pick(cluster.nodes));
        group?.gate.resetConnections({ halfOpen: random.nextInt(2) === 0 });
        cuts += CLIENTS_PER_NODE;
        cutsByGroup[cut]!++;
      }
      const to = pickSome(stable, 1 + random.nextInt(3), random);
      const except = pickSome(stable, random.nextInt(3), random);
      const socket = random.pick(model.clients).client.socket.id;
      await model.publish(
        random.nextInt(2),
        to,
        random.nextInt(4) === 0 && socket !== undefined ? [...except, socket] : except,
      );
    }
    await Promise.all(changes);
    await group?.waitForReconnects(cutsByGroup[cut]);
  }
  await model.expectDelivered();
  for (const { members } of groups)
    for (const member of members) expect(member.reconnects.filter((recovered) => !recovered)).toEqual([]);
  return { clients: model.clients.length, cuts, messages: model.expectedCount };
});

function splitChanging(camps: readonly string[], random: ScenarioRandom): [string[], string[]] {
  const changing = new Set([random.pick(camps), random.pick(camps)]);
  return [[...changing], camps.filter((camp) => !changing.has(camp))];
}

function pickSome(camps: readonly string[], count: number, random: ScenarioRandom): string[] {
  return [...new Set(Array.from({ length: count }, () => campRoomName(random.pick(camps))))];
}
