/** A client that connects or joins a room while Redis is away receives only later messages, also when Redis is back. */
import { waitUntil } from '../support/clients/client';
import { campRoomName } from './support/load/room-delivery-model';
import { ClientGroup, type ReconnectingClient } from './support/load/client-group';
import { scenario, TWO_RAID_NODES } from './support/scenario';

const CLIENTS_PER_GROUP = 3;
const MESSAGES_PER_BATCH = 20;

scenario('newcomers without Redis receive only later messages', TWO_RAID_NODES, async (cluster) => {
  const west = cluster.node(0);
  const [local, remote] = await Promise.all([
    ClientGroup.connectGuests(cluster, west, CLIENTS_PER_GROUP),
    ClientGroup.connectGuests(cluster, cluster.node(1), CLIENTS_PER_GROUP),
  ]);
  const enter = (group: ClientGroup): Promise<unknown> =>
    Promise.all(group.members.map(({ client }) => client.send('camp:enter', { camp: 'hill' })));
  await Promise.all([enter(local), enter(remote)]);
  let last = 0;
  const publishBatch = async (): Promise<void> => {
    const say = Array.from({ length: MESSAGES_PER_BATCH }, () => {
      // Alternates between a broadcast and a room.
      const to = ++last % 2 === 0 ? [] : [campRoomName('hill')];
      return { to, event: 'camp:word', payload: { n: last } };
    });
    await west.execute({ say });
  };
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.close()));
  await publishBatch();
  await waitUntil(
    () => local.members.every((member) => receivedNumbers(member).length === MESSAGES_PER_BATCH),
    'local delivery',
  );
  const newcomers = await ClientGroup.connectGuests(cluster, west, CLIENTS_PER_GROUP);
  await enter(newcomers);
  await publishBatch();
  const onWest = [...local.members, ...newcomers.members];
  await waitUntil(() => onWest.every((member) => receivedNumbers(member).at(-1) === last), 'delivery to newcomers');
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.open()));
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('ok')));
  await waitUntil(() => remote.members.every((member) => receivedNumbers(member).at(-1) === last), 'remote delivery');
  await publishBatch();
  const all = [...onWest, ...remote.members];
  await waitUntil(() => all.every((member) => receivedNumbers(member).at(-1) === last), 'delivery to all');
  for (const member of [...local.members, ...remote.members]) expect(receivedNumbers(member)).toEqual(upTo(last));
  for (const member of newcomers.members) expect(receivedNumbers(member)).toEqual(upTo(last).slice(MESSAGES_PER_BATCH));
  return { clients: all.length, messages: last };
});

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const receivedNumbers = ({ client }: ReconnectingClient): number[] => client.eventsNamed('camp:word').map(({ n }) => n);
