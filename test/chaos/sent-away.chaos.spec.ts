/** Who is banned or logged out while the connection is broken comes back to a closed door, and gets nothing of what was said. */
import { type Player, post, registerAdmin, registerPlayer } from '../support/client';
import { call } from '../support/http';
import { burst } from './support/burst';
import { claim, codeOf, tap } from './support/claim';
import { Crowd, sessionOf, textsOf } from './support/crowd';
import { scenario } from './support/scenario';
import type { World } from './support/world';

/** The administrator of every world. */
const BOSS = 'boss';

/** @returns how many events were said while they were away. */
async function sendAway(
  world: World,
  halfOpen: boolean,
  code: string,
  send: (player: Player) => Promise<void>,
  letIn: (player: Player) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const players = await Promise.all([registerPlayer(world.node(0).url), registerPlayer(world.node(0).url)]);
  const speaker = await world.join(world.node(1));
  const crowd = await Crowd.of(world, world.node(0), players);
  const before = await burst(speaker, 20);
  await crowd.heard(before, []);
  const refusals = crowd.travellers.map(
    ({ client: { socket } }) =>
      new Promise<unknown>((resolve) => {
        // The door is out of reach at first: those failures have no code.
        socket.on('connect_error', (error) => codeOf(error) !== undefined && resolve(codeOf(error)));
      }),
  );
  const taps = crowd.travellers.map(({ client }) => tap(client));
  const sessions = crowd.travellers.map(sessionOf);
  crowd.keepAway({ halfOpen });
  const missed = await burst(speaker, 20);
  await Promise.all(players.map(send));
  missed.push(...(await burst(speaker, 20)));
  crowd.lead(world.chance.pick(world.nodes));
  expect(await Promise.all(refusals)).toEqual(players.map(() => code));
  for (const [index, player] of players.entries()) {
    const session = sessions[index];
    for (const node of world.nodes) {
      const refused = await claim(node, { ...session, token: player.accessToken });
      expect(refused.end).toEqual({ refused: code });
      for (const text of missed) expect(refused.bytes()).not.toContain(text);
    }
    await letIn(player);
    const credentials = { username: player.login, password: player.password };
    const { accessToken } = await post<{ accessToken: string }>(world.node(0).url, '/api/auth/login', credentials);
    const again = await claim(world.chance.pick(world.nodes), { ...session, token: accessToken });
    expect([again.end, again.recovered]).toEqual(['connected', false]);
    for (const text of missed) expect(again.bytes()).not.toContain(text);
  }
  // Stock clients take the refusal as final.
  for (const { client } of crowd.travellers) expect(client.socket.active).toBe(false);
  for (const bytes of taps) for (const text of missed) expect(bytes()).not.toContain(text);
  for (const traveller of crowd.travellers) expect([textsOf(traveller), traveller.returns]).toEqual([before, []]);
  return missed.length;
}

for (const halfOpen of [false, true]) {
  const how = halfOpen ? 'half-open' : 'cut off';

  scenario(`banned while ${how}`, { nodes: ['west', 'east'] }, async (world) => {
    const { accessToken: token } = await registerAdmin(world.node(0).url, BOSS);
    const order = async (path: string, body: object): Promise<void> => {
      expect((await call(world.node(1).url, 'POST', path, { token, body })).status).toBe(204);
    };
    const ban = ({ id }: Player): Promise<void> => order(`/api/admin/users/${id}/ban`, { reason: 'cheating' });
    const unban = ({ id }: Player): Promise<void> => order(`/api/admin/users/${id}/unban`, {});
    return { missed: await sendAway(world, halfOpen, 'ACCOUNT_DISABLED', ban, unban) };
  });

  scenario(`logged out while ${how}`, { nodes: ['west', 'east'] }, async (world) => {
    const logOut = async ({ accessToken: token, refreshToken }: Player): Promise<void> => {
      const answer = await call(world.node(1).url, 'POST', '/api/auth/logout', { token, body: { refreshToken } });
      expect(answer.status).toBe(200);
    };
    return { missed: await sendAway(world, halfOpen, 'INVALID_TOKEN', logOut) };
  });
}
