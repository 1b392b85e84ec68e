/** 200 random steps over three nodes: connect, disconnect, kill and restart; presence equals a model, a set of users. */
import { connect, type TestClient } from '../support/clients/client';
import type { ChaosNode } from './support/chaos-node';
import { scenario } from './support/scenario';
import { PresenceObserver } from './support/assertions/presence-observer';

const STEPS = 200;
const USERS = 25;
const KILLS = 3;

interface Tab {
  userId: string;
  node: ChaosNode;
  client: TestClient;
}

scenario('presence over three nodes equals a model', { nodes: ['west', 'east', 'north'] }, async (cluster) => {
  const guests = await cluster.createGuests(USERS);
  const observer = await PresenceObserver.subscribe(
    cluster,
    cluster.node(0),
    guests.map(({ id }) => id),
  );
  let tabs: Tab[] = [];
  let killed = 0;
  const steps = { connect: 0, disconnect: 0, kill: 0 };
  for (let step = 0; step < STEPS; step++) {
    const roll = cluster.random.nextInt(100);
    if (roll < 3 && killed < KILLS) {
      killed++;
      steps.kill++;
      // Never the first node, which serves the observer.
      const node = cluster.random.pick(cluster.nodes.slice(1));
      await node.kill();
      await node.restart();
      tabs = tabs.filter((tab) => tab.node !== node);
    } else if (roll < 55 || tabs.length === 0) {
      steps.connect++;
      const { id, accessToken } = cluster.random.pick(guests);
      const node = cluster.random.pick(cluster.runningNodes);
      tabs.push({ userId: id, node, client: await connect(node.url, accessToken) });
    } else {
      steps.disconnect++;
      const tab = cluster.random.pick(tabs);
      tab.client.close();
      tabs.splice(tabs.indexOf(tab), 1);
    }
    if (step % 50 === 49)
      await observer.waitForAgreement([...new Set(tabs.map(({ userId }) => userId))], `step ${step}`, 40_000);
  }
  return { ...steps, announced: observer.announcements.length };
});
