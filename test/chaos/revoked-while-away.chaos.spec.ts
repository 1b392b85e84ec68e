/** A user who is banned or logged out while disconnected is refused on reconnect, and receives none of the missed messages. */
import { type Player, postJson, registerAdmin, registerPlayer } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { sendBurst } from './support/load/burst';
import { claimSession, refusalCodeOf, recordBytes } from './support/session-claim';
import { ClientGroup, resumeTokenOf, receivedTexts } from './support/load/client-group';
import { scenario, TWO_NODES } from './support/scenario';
import type { ChaosCluster } from './support/chaos-cluster';

/** The login of the administrator of every cluster. */
const ADMIN_LOGIN = 'boss';

/** @returns the number of messages sent while the players were away. */
async function revokeWhileAway(
  cluster: ChaosCluster,
  halfOpen: boolean,
  code: string,
  revoke: (player: Player) => Promise<void>,
  readmit: (player: Player) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const players = await Promise.all([registerPlayer(cluster.node(0).url), registerPlayer(cluster.node(0).url)]);
  const speaker = await cluster.connectGuest(cluster.node(1));
  const group = await ClientGroup.connectPlayers(cluster, cluster.node(0), players);
  const before = await sendBurst(speaker, 20);
  await group.expectReceived(before, []);
  const refusals = group.members.map(
    ({ client: { socket } }) =>
      new Promise<unknown>((resolve) => {
        // The server is unreachable at first: these errors have no code.
        socket.on('connect_error', (error) => refusalCodeOf(error) !== undefined && resolve(refusalCodeOf(error)));
      }),
  );
  const taps = group.members.map(({ client }) => recordBytes(client));
  const sessions = group.members.map(resumeTokenOf);
  group.disconnectAll({ halfOpen });
  const missed = await sendBurst(speaker, 20);
  await Promise.all(players.map(revoke));
  missed.push(...(await sendBurst(speaker, 20)));
  group.redirectTo(cluster.random.pick(cluster.nodes));
  expect(await Promise.all(refusals)).toEqual(players.map(() => code));
  for (const [index, player] of players.entries()) {
    const session = sessions[index];
    for (const node of cluster.nodes) {
      const refused = await claimSession(node, { ...session, token: player.accessToken });
      expect(refused.outcome).toEqual({ refused: code });
      for (const text of missed) expect(refused.bytes()).not.toContain(text);
    }
    await readmit(player);
    const credentials = { username: player.login, password: player.password };
    const { accessToken } = await postJson<{ accessToken: string }>(
      cluster.node(0).url,
      '/api/auth/login',
      credentials,
    );
    const retried = await claimSession(cluster.random.pick(cluster.nodes), { ...session, token: accessToken });
    expect([retried.outcome, retried.recovered]).toEqual(['connected', false]);
    for (const text of missed) expect(retried.bytes()).not.toContain(text);
  }
  // Stock clients do not retry after a refusal.
  for (const { client } of group.members) expect(client.socket.active).toBe(false);
  for (const bytes of taps) for (const text of missed) expect(bytes()).not.toContain(text);
  for (const member of group.members) expect([receivedTexts(member), member.reconnects]).toEqual([before, []]);
  return missed.length;
}

for (const halfOpen of [false, true]) {
  const state = halfOpen ? 'half-open' : 'cut off';

  scenario(`a user banned while ${state} cannot resume`, TWO_NODES, async (cluster) => {
    const { accessToken: token } = await registerAdmin(cluster.node(0).url, ADMIN_LOGIN);
    const postAsAdmin = async (path: string, body: object): Promise<void> => {
      expect((await callApi(cluster.node(1).url, 'POST', path, { token, body })).status).toBe(204);
    };
    const ban = ({ id }: Player): Promise<void> => postAsAdmin(`/api/admin/users/${id}/ban`, { reason: 'cheating' });
    const unban = ({ id }: Player): Promise<void> => postAsAdmin(`/api/admin/users/${id}/unban`, {});
    return { missed: await revokeWhileAway(cluster, halfOpen, 'ACCOUNT_DISABLED', ban, unban) };
  });

  scenario(`a user logged out while ${state} cannot resume`, TWO_NODES, async (cluster) => {
    const logOut = async ({ accessToken: token, refreshToken }: Player): Promise<void> => {
      const answer = await callApi(cluster.node(1).url, 'POST', '/api/auth/logout', { token, body: { refreshToken } });
      expect(answer.status).toBe(200);
    };
    return { missed: await revokeWhileAway(cluster, halfOpen, 'INVALID_TOKEN', logOut) };
  });
}
