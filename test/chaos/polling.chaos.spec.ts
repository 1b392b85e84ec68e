/** Clients on long polling, or upgrading from it to WebSocket, are cut off and resume without loss. */
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../support/clients/client';
import type { ClientGroup, ReconnectingClient } from './support/load/client-group';
import type { ChaosNode } from './support/chaos-node';
import { scenario, TWO_NODES } from './support/scenario';
import { repeatCut } from './support/load/repeated-cuts';

// Between two polls there is no connection to reset: such clients are cut off because the other node does not know them.
scenario('long-polling clients resume without loss after a cut', TWO_NODES, (cluster) =>
  repeatCut(
    cluster,
    async (group) => {
      group.redirectTo(cluster.node(1));
      group.gate.resetConnections({ halfOpen: cluster.random.pick([true, false]) });
      await group.waitForReconnects();
    },
    { transports: ['polling'] },
  ),
);

// A stock client whose WebSocket breaks after it has paused polling and before it has switched transports notices the cut
// only by the missing heartbeat.
const environment = { PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '2000' };

scenario('clients upgrading to WebSocket resume without loss after a cut', { ...TWO_NODES, environment }, (cluster) =>
  repeatCut(
    cluster,
    async (group, random, round) => {
      const upgrading = waitForUpgradeAttempt(random.pick(group.members));
      cutAndRedirect(group, cluster.node(1));
      await upgrading;
      // Any moment from the start of the upgrade to after its end.
      await delay(random.nextInt([1, 10, 50][round % 3] ?? 1));
      cutAndRedirect(group, cluster.node(0));
      await waitUntil(() => group.members.every(isUpgraded), 'all have reconnected over WebSocket', 30_000);
    },
    { transports: ['polling', 'websocket'] },
  ),
);

function cutAndRedirect(group: ClientGroup, node: ChaosNode): void {
  group.redirectTo(node);
  group.gate.resetConnections();
}

/** Resolves when the client starts an upgrade on its next connection. */
function waitForUpgradeAttempt({ client }: ReconnectingClient): Promise<void> {
  const { io: manager } = client.socket;
  return new Promise((resolve) => {
    manager.once('open', () => manager.engine.once('upgrading', () => resolve()));
  });
}

const isUpgraded = ({ client, reconnects }: ReconnectingClient): boolean =>
  reconnects.length > 0 && client.socket.connected && client.socket.io.engine.transport.name === 'websocket';
