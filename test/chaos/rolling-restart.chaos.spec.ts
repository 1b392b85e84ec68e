/** Three nodes restart one after the other under 500 clients and 300 messages a second: no acknowledged message is lost. */
import { TcpLoadBalancer } from '../support/faults/tcp-load-balancer';
import { PairedChatLoad } from './support/load/paired-chat-load';
import { scenario } from './support/scenario';

const CLIENTS = 500;
const WHISPERS_PER_SECOND = 300;
const BROADCASTS_PER_SECOND = 0.5;
/** Acknowledged messages before each restart, and after the last. */
const MESSAGES_BETWEEN = 600;
const SETTINGS = { nodes: ['west', 'east', 'north'], environment: { DRAIN_MS: '2000' } };

scenario('a rolling restart loses no acknowledged message and no session', SETTINGS, async (cluster) => {
  const balancer = await TcpLoadBalancer.inFrontOf(cluster.nodes);
  try {
    const load = await PairedChatLoad.connect(cluster, balancer.url, CLIENTS);
    load.start(WHISPERS_PER_SECOND, BROADCASTS_PER_SECOND);
    for (const node of cluster.nodes) {
      await load.waitForMoreAcks(MESSAGES_BETWEEN);
      expect(await node.stop()).toBe(0);
      await node.restart();
      await node.waitForStatus('ok');
    }
    await load.waitForMoreAcks(MESSAGES_BETWEEN);
    await load.stop();
    const counted = load.expectDelivered();
    // Every client was on a restarted node, and every session was resumed.
    expect(load.neverReconnectedCount).toBe(0);
    const recovered = load.reconnects.filter(Boolean).length;
    expect(recovered).toBe(load.reconnects.length);
    return { clients: CLIENTS, ...counted, reconnects: load.reconnects.length, recovered };
  } finally {
    await balancer.close();
  }
});
