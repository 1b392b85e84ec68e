/** Somebody presents the private id of another's session with every wrong token, on every node: not a byte of it, and no harm. */
import { post, registerPlayer } from '../support/client';
import { claim } from './support/claim';
import { Crowd, sessionOf, textsOf } from './support/crowd';
import { scenario } from './support/scenario';
import { ending } from './support/tokens';

const SECRETS = 10;

scenario('a stolen session', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const player = await registerPlayer(west.url);
  const credentials = { username: player.login, password: player.password };
  const other = await post<{ accessToken: string }>(west.url, '/api/auth/login', credentials);
  const crowd = await Crowd.of(world, west, [player]);
  const [owner] = crowd.travellers;
  if (!owner) throw new Error('nobody entered');
  const session = sessionOf(owner);
  crowd.keepAway({ halfOpen: world.chance.pick([true, false]) });
  const whisperer = await world.join(east);
  const secrets = Array.from({ length: SECRETS }, (_, n) => `secret ${n}`);
  for (const text of secrets) {
    expect(await whisperer.client.send('chat:whisper', { toUserId: owner.id, text })).toMatchObject({ success: true });
    expect(await whisperer.client.send('chat:message', { channel: 'global', text })).toMatchObject({ success: true });
  }
  await logOut(east.url, other.accessToken);
  const refused = [
    [undefined, 'MISSING_TOKEN'],
    ['nonsense', 'INVALID_TOKEN'],
    [ending(owner.accessToken, Date.now() - 5_000), 'EXPIRED_TOKEN'],
    [other.accessToken, 'INVALID_TOKEN'],
  ] as const;
  const strangers = [];
  for (const node of world.nodes) {
    for (const [token, code] of refused) {
      const thief = await claim(node, { ...session, token });
      expect(thief.end).toEqual({ refused: code });
      expect(thief.bytes()).not.toMatch(/secret/);
    }
    const [stranger] = await world.guests(1, node);
    const thief = await claim(node, { ...session, token: stranger?.accessToken });
    await thief.client.event('system:sync');
    expect([thief.end, thief.recovered]).toEqual(['connected', false]);
    expect(thief.bytes()).not.toMatch(/secret/);
    expect(thief.bytes()).not.toContain(session.pid);
    strangers.push(thief);
  }
  expect(owner.returns).toEqual([]);
  crowd.lead(world.chance.pick(world.nodes));
  await crowd.heard(secrets, [true]);
  expect(owner.client.all('chat:whisper').map(({ text }) => text)).toEqual(secrets);
  for (const thief of strangers) {
    await thief.client.settled();
    expect(textsOf(thief)).toEqual([]);
    expect(thief.client.socket.connected).toBe(true);
  }
  // What is still half-open would keep the node waiting at its end.
  await crowd.gate.shut();
  return { refused: refused.length * 2, strangers: strangers.length, secrets: secrets.length * 2 };
});

/** Of this login alone. */
async function logOut(url: string, token: string): Promise<void> {
  const { status } = await fetch(`${url}/api/auth/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(status).toBe(200);
}
