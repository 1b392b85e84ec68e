/** Nodes emit more than their outbox holds while Redis is away: they publish the newest later and report the rest as lost. */
import { waitUntil } from '../support/clients/client';
import { campRoomName } from './support/load/room-delivery-model';
import { ClientGroup, watchRecoverable, type ReconnectingClient } from './support/load/client-group';
import { type ScenarioCounts, scenario, TWO_RAID_NODES } from './support/scenario';
import type { ChaosCluster } from './support/chaos-cluster';

const CLIENTS_PER_NODE = 3;
const EMITTED_PER_NODE = 12_000;
const KEPT_PER_NODE = 10_000;
const EMIT_BATCH = 500;

scenario('an outbox overflow while Redis is away keeps the newest and reports the loss', TWO_RAID_NODES, (cluster) =>
  overflowOutbox(cluster, { isOfflineFirst: true, isCutLate: true }),
);
// The overflow happens before the nodes are offline and deliver locally.
scenario(
  'an outbox overflow before a node is offline keeps the newest and reports the loss',
  TWO_RAID_NODES,
  (cluster) => overflowOutbox(cluster, { isOfflineFirst: false, isCutLate: true }),
);
// The last message that the clients have received is older than the reported gap.
scenario('a cut right after an outbox overflow resumes behind the reported gap', TWO_RAID_NODES, (cluster) =>
  overflowOutbox(cluster, { isOfflineFirst: true, isCutLate: false }),
);

interface OverflowVariant {
  /** The nodes are offline, and deliver locally, before the overflow. */
  isOfflineFirst: boolean;
  /** The clients receive another message between the resync and the cut. */
  isCutLate: boolean;
}

async function overflowOutbox(
  cluster: ChaosCluster,
  { isOfflineFirst, isCutLate }: OverflowVariant,
): Promise<ScenarioCounts> {
  const groups = await ClientGroup.connectOnEachNode(cluster, CLIENTS_PER_NODE);
  const all = groups.flatMap(({ members }) => members);
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.close()));
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('degraded')));
  if (isOfflineFirst) {
    for (const node of cluster.nodes) await node.execute({ admit: 'nobody', room: campRoomName('hill') });
    await waitUntil(() => all.every(({ client }) => client.eventsNamed('system:error').length > 0), 'all got a notice');
  }
  const messages = cluster.nodes.map((_, index) => numbersFrom(index * EMITTED_PER_NODE, EMITTED_PER_NODE));
  await Promise.all(
    cluster.nodes.map(async (node, index) => {
      const numbers = messages[index] ?? [];
      for (let at = 0; at < EMITTED_PER_NODE; at += EMIT_BATCH)
        await node.execute({
          say: numbers.slice(at, at + EMIT_BATCH).map((n) => ({ to: [], event: 'camp:word', payload: { n } })),
        });
    }),
  );
  for (const [index, { members }] of groups.entries()) {
    const last = messages[index]?.at(-1);
    await waitUntil(() => members.every((member) => receivedNumbers(member).at(-1) === last), 'local delivery', 30_000);
    for (const member of members) expect(receivedNumbers(member)).toEqual(messages[index]);
  }
  const waitForRecoverable = watchRecoverable(all);
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.open()));
  await waitUntil(() => all.every(({ client }) => client.eventsNamed('system:resync').length > 0), 'resyncs', 30_000);
  await waitForRecoverable();
  for (const [index, { members }] of groups.entries()) {
    const newest = messages[1 - index]?.slice(-KEPT_PER_NODE) ?? [];
    await waitUntil(
      () => members.every((member) => receivedNumbers(member).at(-1) === newest.at(-1)),
      'delivery of the newest message of the other node',
      30_000,
    );
    for (const member of members) {
      expect(member.client.eventsNamed('system:resync').map(({ reason }) => reason)).toEqual(['lost']);
      expect(receivedNumbers(member).slice(EMITTED_PER_NODE)).toEqual(newest);
      expect(member.reconnects).toEqual([]);
    }
  }
  let last = 2 * EMITTED_PER_NODE;
  const publishOne = async (): Promise<void> => {
    await cluster.node(0).execute({ say: [{ to: [], event: 'camp:word', payload: { n: last++ } }] });
    await waitUntil(() => all.every((member) => receivedNumbers(member).at(-1) === last - 1), 'delivery');
  };
  if (isCutLate) await publishOne();
  for (const { gate } of groups) gate.resetConnections();
  await Promise.all(groups.map((group) => group.waitForReconnects()));
  await publishOne();
  for (const member of all) {
    expect(member.reconnects).toEqual([true]);
    expect(receivedNumbers(member).length).toBe(EMITTED_PER_NODE + KEPT_PER_NODE + last - 2 * EMITTED_PER_NODE);
  }
  return { clients: all.length, emitted: 2 * EMITTED_PER_NODE, kept: 2 * KEPT_PER_NODE };
}

const numbersFrom = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);
const receivedNumbers = ({ client }: ReconnectingClient): number[] => client.eventsNamed('camp:word').map(({ n }) => n);
