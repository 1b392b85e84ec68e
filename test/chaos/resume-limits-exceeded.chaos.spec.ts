/** A client that is away too long, or misses too much, gets a new session with `system:sync` and none of the old messages. */
import { waitUntil } from '../support/clients/client';
import { sendBurst } from './support/load/burst';
import { ClientGroup, resumeTokenOf, receivedTexts } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';

const CLIENTS = 5;
const MAX_EVENTS = 100;
const SHORT_WINDOW = { ...TWO_NODES, environment: { RECOVERY_WINDOW_MS: '1000' } };

scenario('a client away past the recovery window gets a new session', SHORT_WINDOW, async (cluster) => {
  const speaker = await cluster.connectGuest(cluster.node(1));
  const group = await ClientGroup.connectGuests(cluster, cluster.node(0), CLIENTS);
  const before = await sendBurst(speaker, 20);
  await group.expectReceived(before, []);
  const pids = group.members.map((member) => resumeTokenOf(member).pid);
  group.disconnectAll();
  await sendBurst(speaker, 40);
  const storedSessions = async (): Promise<number> =>
    (await Promise.all(pids.map((pid) => cluster.probe.keys(`*:s:${pid}`)))).flat().length;
  await waitUntil(async () => (await storedSessions()) === 0, 'the sessions have ended');
  group.redirectTo(cluster.random.pick(cluster.nodes));
  await group.waitForReconnects();
  for (const { client } of group.members)
    await waitUntil(() => client.eventsNamed('system:sync').length === 2, 'a second sync');
  await group.expectReceived([...before, ...(await sendBurst(speaker, 20))], [false]);
  for (const { client } of group.members)
    expect(client.eventsNamed('system:connected').map(({ recovered }) => recovered)).toEqual([false, false]);
  return { clients: CLIENTS };
});
const SHORT_JOURNAL = { ...TWO_NODES, environment: { RECOVERY_MAX_EVENTS: `${MAX_EVENTS}` } };

scenario('a client past RECOVERY_MAX_EVENTS gets a new session, never a gap', SHORT_JOURNAL, async (cluster) => {
  const counted = { resumed: 0, renewed: 0 };
  const speaker = await cluster.connectGuest(cluster.node(1));
  const listeners = [speaker, await cluster.connectGuest(cluster.node(0))];
  // Up to the limit every client resumes, far beyond it none does; in between either may happen, but never with a gap.
  const within = [1 + cluster.random.nextInt(MAX_EVENTS), MAX_EVENTS];
  const near = Array.from({ length: 6 }, () => MAX_EVENTS + 1 + cluster.random.nextInt(2 * MAX_EVENTS));
  for (const missing of [...within, ...near, 5 * MAX_EVENTS]) {
    const group = await ClientGroup.connectGuests(cluster, cluster.node(0), CLIENTS);
    const before = await sendBurst(speaker, 20);
    await group.expectReceived(before, []);
    group.disconnectAll({ halfOpen: cluster.random.pick([true, false]) });
    const missed = await sendBurst(speaker, missing);
    // A new session on a node would rightly receive messages that are still on their way to that node.
    for (const { client } of listeners) await client.waitForEvent('chat:message', ({ text }) => text === missed.at(-1));
    group.redirectTo(cluster.random.pick(cluster.nodes));
    await group.waitForReconnects();
    const after = await sendBurst(speaker, 20);
    for (const member of group.members) {
      await member.client.waitForEvent('chat:message', ({ text }) => text === after.at(-1));
      const [recovered] = member.reconnects;
      expect(member.reconnects.length).toBe(1);
      if (missing <= MAX_EVENTS || missing > 3 * MAX_EVENTS) expect(recovered).toBe(missing <= MAX_EVENTS);
      expect(receivedTexts(member)).toEqual(recovered ? [...before, ...missed, ...after] : [...before, ...after]);
      // `system:sync` may arrive after the first messages.
      const syncs = (): number => member.client.eventsNamed('system:sync').length;
      if (!recovered) await waitUntil(() => syncs() === 2, 'a second sync');
      expect(syncs()).toBe(recovered ? 1 : 2);
      counted[recovered ? 'resumed' : 'renewed']++;
    }
  }
  return counted;
});
