/** Clients that poll, and those that are just about to leave polling for WebSocket, are cut off as well and miss nothing. */
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/client';
import type { Crowd, Traveller } from './support/crowd';
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

scenario('cuts of clients that are on their way from polling to WebSocket', { nodes }, (world) =>
  tenTimes(
    world,
    async (crowd, round) => {
      const upgrading = comesToUpgrade(world.chance.pick(crowd.travellers));
      await cutTo(crowd, world.node(1).url);
      await upgrading;
      // From at once to when the upgrade is surely over.
      await delay(world.chance.below([1, 10, 50][round % 3] ?? 1));
      await cutTo(crowd, world.node(0).url);
      await until(() => crowd.travellers.every(isUpgraded), 'all are back, and on WebSocket');
    },
    { transports: ['polling', 'websocket'] },
  ),
);

async function cutTo(crowd: Crowd, url: string): Promise<void> {
  crowd.gate.lead(url);
  crowd.gate.cut();
  return Promise.resolve();
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
