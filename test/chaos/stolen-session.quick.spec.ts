/** An attacker claims another user's session with every wrong token, on every node: no byte leaks, and the owner can resume. */
import { postJson, registerPlayer } from '../support/clients/client';
import { claimSession } from './support/session-claim';
import { ClientGroup, resumeTokenOf, receivedTexts } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import { withExpiry } from './support/token-expiry';

const SECRETS = 10;

scenario('a session claimed with wrong tokens leaks nothing; its owner can resume', TWO_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const player = await registerPlayer(west.url);
  const credentials = { username: player.login, password: player.password };
  const other = await postJson<{ accessToken: string }>(west.url, '/api/auth/login', credentials);
  const group = await ClientGroup.connectPlayers(cluster, west, [player]);
  const [owner] = group.members;
  if (!owner) throw new Error('the owner did not connect');
  const session = resumeTokenOf(owner);
  group.disconnectAll({ halfOpen: cluster.random.pick([true, false]) });
  const whisperer = await cluster.connectGuest(east);
  const secrets = Array.from({ length: SECRETS }, (_, n) => `secret ${n}`);
  for (const text of secrets) {
    expect(await whisperer.client.send('chat:whisper', { toUserId: owner.id, text })).toMatchObject({ success: true });
    expect(await whisperer.client.send('chat:message', { channel: 'global', text })).toMatchObject({ success: true });
  }
  await logOut(east.url, other.accessToken);
  const refused = [
    [undefined, 'MISSING_TOKEN'],
    ['nonsense', 'INVALID_TOKEN'],
    [withExpiry(owner.accessToken, Date.now() - 5_000), 'EXPIRED_TOKEN'],
    [other.accessToken, 'INVALID_TOKEN'],
  ] as const;
  const strangers = [];
  for (const node of cluster.nodes) {
    for (const [token, code] of refused) {
      const thief = await claimSession(node, { ...session, token });
      expect(thief.outcome).toEqual({ refused: code });
      expect(thief.bytes()).not.toMatch(/secret/);
    }
    const [stranger] = await cluster.createGuests(1, node);
    const thief = await claimSession(node, { ...session, token: stranger?.accessToken });
    await thief.client.waitForEvent('system:sync');
    expect([thief.outcome, thief.recovered]).toEqual(['connected', false]);
    expect(thief.bytes()).not.toMatch(/secret/);
    expect(thief.bytes()).not.toContain(session.pid);
    strangers.push(thief);
  }
  expect(owner.reconnects).toEqual([]);
  group.redirectTo(cluster.random.pick(cluster.nodes));
  await group.expectReceived(secrets, [true]);
  expect(owner.client.eventsNamed('chat:whisper').map(({ text }) => text)).toEqual(secrets);
  for (const thief of strangers) {
    await thief.client.roundTrip();
    expect(receivedTexts(thief)).toEqual([]);
    expect(thief.client.socket.connected).toBe(true);
  }
  // A half-open connection would delay the shutdown of its node.
  await group.gate.close();
  return { refused: refused.length * 2, strangers: strangers.length, secrets: secrets.length * 2 };
});

/** Ends this login only. */
async function logOut(url: string, token: string): Promise<void> {
  const { status } = await fetch(`${url}/api/auth/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(status).toBe(200);
}
