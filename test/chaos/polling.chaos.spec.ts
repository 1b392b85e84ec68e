/** Clients that poll, and those that are just about to leave polling for WebSocket, are cut off as well and miss nothing. */
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/client';
import type { Crowd, Traveller } from './support/crowd';
import type { ChaosNode } from './support/node';
import { scenario } from './support/scenario';
import { tenTimes } from './support/rounds';

const nodes = ['west', 'east'];

// Between two polls there is no connection to cut: that the other node does not know them cuts those off as well.
scenario('cuts of clients that poll', { nodes }, (world) =>
  tenTimes(
    world,
    async (crowd) => {
      crowd.lead(world.node(1));
      crowd.gate.cut({ halfOpen: world.chance.pick([true, false]) });
      await crowd.back();
    },
    { transports: ['polling'] },
  ),
);

// A stock client whose WebSocket breaks between pausing its polls and taking the new transport neither polls nor knows that
// it is cut off: only the missing heartbeat tells it.
const environment = { PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '2000' };

scenario('cuts of clients that are on their way from polling to WebSocket', { nodes, environment }, (world) =>
  tenTimes(
    world,
    async (crowd, chance, round) => {
      const upgrading = comesToUpgrade(chance.pick(crowd.travellers));
      cutTo(crowd, world.node(1));
      await upgrading;
      // From at once to when the upgrade is surely over.
      await delay(chance.below([1, 10, 50][round % 3] ?? 1));
      cutTo(crowd, world.node(0));
      await until(() => crowd.travellers.every(isUpgraded), 'all are back, and on WebSocket', 30_000);
    },
    { transports: ['polling', 'websocket'] },
  ),
);

function cutTo(crowd: Crowd, node: ChaosNode): void {
  crowd.lead(node);
  crowd.gate.cut();
}

/** Settles at the next attempt of this client to upgrade, on a new connection. */
function comesToUpgrade({ client }: Traveller): Promise<void> {
  const { io: manager } = client.socket;
  return new Promise((resolve) => {
    manager.once('open', () => manager.engine.once('upgrading', () => resolve()));
  });
}

const isUpgraded = ({ client, returns }: Traveller): boolean =>
  returns.length > 0 && client.socket.connected && client.socket.io.engine.transport.name === 'websocket';
