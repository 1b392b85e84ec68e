/** 200 random steps over three nodes: connect, disconnect, kill and restart; presence equals a model that is a set. */
import { connect, type TestClient } from '../support/client';
import type { ChaosNode } from './support/node';
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

const STEPS = 200;
const USERS = 25;
const KILLS = 3;

interface Tab {
  userId: string;
  node: ChaosNode;
  client: TestClient;
}

scenario('presence over three nodes equals a model', { nodes: ['west', 'east', 'north'] }, async (world) => {
  const guests = await world.guests(USERS);
  const witness = await Witness.of(
    world,
    world.node(0),
    guests.map(({ id }) => id),
  );
  let tabs: Tab[] = [];
  let killed = 0;
  const steps = { connect: 0, disconnect: 0, kill: 0 };
  for (let step = 0; step < STEPS; step++) {
    const chance = world.chance.below(100);
    if (chance < 3 && killed < KILLS) {
      killed++;
      steps.kill++;
      // Any but the first, where the witness is.
      const node = world.chance.pick(world.nodes.slice(1));
      await node.kill();
      await node.restart();
      tabs = tabs.filter((tab) => tab.node !== node);
    } else if (chance < 55 || tabs.length === 0) {
      steps.connect++;
      const { id, accessToken } = world.chance.pick(guests);
      const node = world.chance.pick(world.running);
      tabs.push({ userId: id, node, client: await connect(node.url, accessToken) });
    } else {
      steps.disconnect++;
      const tab = world.chance.pick(tabs);
      tab.client.close();
      tabs.splice(tabs.indexOf(tab), 1);
    }
    if (step % 50 === 49) await witness.agrees([...new Set(tabs.map(({ userId }) => userId))], `step ${step}`, 40_000);
  }
  return { ...steps, told: witness.told.length };
});
