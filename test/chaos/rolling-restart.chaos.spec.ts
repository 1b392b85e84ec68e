/** Three nodes are restarted one after the other under 500 clients and 300 messages a second: no acknowledged word is lost. */
import { Balancer } from '../support/balancer';
import { Circle } from './support/circle';
import { scenario } from './support/scenario';

const CLIENTS = 500;
const WHISPERS_PER_SECOND = 300;
const NEWS_PER_SECOND = 0.5;
/** Acknowledged words before each restart, and after the last. */
const BETWEEN = 600;

scenario(
  'a rolling restart of three nodes',
  { nodes: ['west', 'east', 'north'], environment: { DRAIN_MS: '2000' } },
  async (world) => {
    const balancer = await Balancer.before(world.nodes);
    try {
      const circle = await Circle.gather(world, balancer.url, CLIENTS);
      circle.talk(WHISPERS_PER_SECOND, NEWS_PER_SECOND);
      for (const node of world.nodes) {
        await circle.more(BETWEEN);
        expect(await node.end()).toBe(0);
        await node.restart();
        await node.is('ok');
      }
      await circle.more(BETWEEN);
      await circle.stop();
      const counted = circle.expectHeard();
      // Everybody was on a node that went, and nobody had to begin anew.
      expect(circle.neverMoved).toBe(0);
      const recovered = circle.returns.filter(Boolean).length;
      expect(recovered).toBe(circle.returns.length);
      return { clients: CLIENTS, ...counted, returns: circle.returns.length, recovered };
    } finally {
      await balancer.close();
    }
  },
);
