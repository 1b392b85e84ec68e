/** Binary and JSON payloads alternate while connections break and a node is killed: all arrive intact, once and in order. */
import { RoomDeliveryModel, campRoomName } from './support/load/room-delivery-model';
import { ClientGroup } from './support/load/client-group';
import { scenario, TWO_RAID_NODES } from './support/scenario';
import type { ScenarioRandom } from './support/scenario-random';

const CLIENTS = 4;
const CUTS = ['soft', 'soft', 'kill', 'soft', 'soft', 'kill', 'soft'] as const;
const MAX_ATTACHMENT_BYTES = 20_000;

scenario('binary payloads arrive intact, once, in order despite cuts', TWO_RAID_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const group = await ClientGroup.connectGuests(cluster, west, CLIENTS);
  const model = new RoomDeliveryModel(cluster, group.members);
  for (const member of group.members) await model.toggleMembership(member, 'hill');
  const publish = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++)
      await model.publish(1, [campRoomName('hill')], [], i % 2 === 0 ? undefined : randomAttachments(cluster.random));
  };
  for (const [index, cut] of CUTS.entries()) {
    await publish(cluster.random.nextInt(40));
    const publishing = publish(40);
    group.redirectTo(cut === 'kill' ? east : west);
    if (cut === 'kill') {
      await west.kill();
      group.gate.resetConnections();
      await west.restart();
    } else group.gate.resetConnections({ halfOpen: cluster.random.nextInt(2) === 0 });
    await group.waitForReconnects(index + 1);
    await publishing;
  }
  await model.expectDelivered();
  for (const { reconnects } of group.members) expect(reconnects).toEqual(CUTS.map(() => true));
  return { clients: CLIENTS, cuts: CUTS.length, messages: model.expectedCount };
});

/** One to three attachments, possibly empty. */
function randomAttachments(random: ScenarioRandom): Buffer[] {
  return Array.from({ length: 1 + random.nextInt(3) }, () => {
    const attachment = Buffer.alloc(random.nextInt(MAX_ATTACHMENT_BYTES));
    for (let i = 0; i < attachment.length; i++) attachment[i] = random.nextInt(256);
    return attachment;
  });
}
