/** Five connections claim one session at once, over both nodes, ten times: one of them keeps it and gets every message. */
import { sendBurst } from './support/load/burst';
import { expectExactCounts } from './support/assertions/exact-counts';
import { claimSession } from './support/session-claim';
import { ClientGroup, resumeTokenOf, receivedTexts } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';

const ROUNDS = 10;
const CLAIMANTS = 5;

scenario('one session claimed five times at once is held by one connection', TWO_NODES, async (cluster) => {
  const speaker = await cluster.connectGuest(cluster.node(1));
  const counted = { held: 0, lost: 0, newSessions: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const group = await ClientGroup.connectGuests(cluster, cluster.random.pick(cluster.nodes), 1);
    const [owner] = group.members;
    if (!owner) throw new Error('the owner did not connect');
    await group.expectReceived(await sendBurst(speaker, 10), []);
    const [session, before] = [resumeTokenOf(owner), receivedTexts(owner).length];
    // The owner must not reconnect by itself. In every second round the server does not notice the disconnect.
    owner.client.socket.io.reconnection(false);
    group.gate.resetConnections({ halfOpen: round % 2 === 0 });
    const missed = await sendBurst(speaker, 40);
    const auth = { token: owner.accessToken, ...session };
    const claims = await Promise.all(
      Array.from({ length: CLAIMANTS }, (_, n) => claimSession(cluster.node((round + n) % 2), auth)),
    );
    const recovered = claims.filter((claim) => claim.recovered);
    const holders = recovered.filter(({ client }) => client.socket.connected);
    const others = claims.filter((claim) => !recovered.includes(claim));
    // A later claim takes the session over, as a client does that is cut off again during its reconnect; one keeps it.
    expect([holders.length, recovered.map(receivedTexts)]).toEqual([1, recovered.map(() => missed)]);
    for (const { bytes } of others) for (const text of missed) expect(bytes()).not.toContain(text);
    counted.held += holders.length;
    counted.lost += recovered.length - holders.length;
    counted.newSessions += others.filter(({ outcome }) => outcome === 'connected').length;
    counted.refused += others.filter(({ outcome }) => outcome !== 'connected').length;
    // Every connection that is still open receives the next message once.
    const [latest] = await sendBurst(speaker, 1);
    const connected = claims.filter(({ client }) => client.socket.connected);
    for (const claim of connected) await claim.client.waitForEvent('chat:message', ({ text }) => text === latest);
    for (const claim of connected)
      expect(receivedTexts(claim)).toEqual(holders.includes(claim) ? [...missed, latest] : [latest]);
    expect([receivedTexts(owner).length, owner.reconnects]).toEqual([before, []]);
    await expectExactCounts(cluster);
    for (const { client } of [owner, ...claims]) client.close();
  }
  return { rounds: ROUNDS, ...counted };
});
