/** The audit log of administrators: the reasons of actions, and the filters of the list. */
import { registerPlayer } from '../support/clients/client';
import type { HttpAnswer } from '../support/clients/http';
import { useAdministration } from '../support/domains/administration';
import { useGame } from '../support/servers/game';

const game = useGame({ ADMIN_USERS: 'boss', LIMITS: 'off' });
const administration = useAdministration(game);

describe('the reason of an action', () => {
  it.each(['disconnect', 'unban'])(
    '%s: is optional, one line of at most 200 characters, and recorded',
    async (action) => {
      const anna = await registerPlayer(game.server.url);
      const act = (body?: object): Promise<HttpAnswer> => administration.users('POST', `${anna.id}/${action}`, body);
      for (const reason of ['x'.repeat(201), 'two\nlines', '', 7])
        expect(await act({ reason })).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
      for (const body of [undefined, {}, { reason: null }]) {
        expect((await act(body)).status).toBe(204);
        expect(await administration.newestRecord()).toMatchObject({ action: `user.${action}`, target: anna.id });
        expect((await administration.newestRecord())?.details).toEqual({});
      }
      expect((await act({ reason: '😀'.repeat(200) })).status).toBe(204);
      expect(await administration.newestRecord()).toMatchObject({ details: { reason: '😀'.repeat(200) } });
    },
  );
});

describe('the filters of the audit', () => {
  it('select records by actor, action and target, alone and together, page by page', async () => {
    const [anna, ben, deputy] = [
      await registerPlayer(game.server.url),
      await registerPlayer(game.server.url),
      await administration.createDeputy(),
    ];
    for (const [admin, user, action] of [
      [administration.boss, anna, 'disconnect'],
      [deputy, anna, 'unban'],
      [deputy, ben, 'disconnect'],
      [administration.boss, ben, 'unban'],
      [deputy, anna, 'disconnect'],
    ] as const)
      expect((await administration.users('POST', `${user.id}/${action}`, {}, admin)).status).toBe(204);
    const found = async (query: string): Promise<string[]> =>
      (await administration.audit(query)).map(
        ({ actor, action, target }) =>
          `${actor.id === administration.boss.id ? 'boss' : 'deputy'} ${action.slice('user.'.length)} ${target === anna.id ? 'anna' : 'ben'}`,
      );
    expect(await found(`target=${anna.id.toUpperCase()}`)).toEqual([
      'deputy disconnect anna',
      'deputy unban anna',
      'boss disconnect anna',
    ]);
    expect(await found(`actor=${deputy.id}`)).toEqual([
      'deputy disconnect anna',
      'deputy disconnect ben',
      'deputy unban anna',
    ]);
    expect(await found(`actor=${deputy.id}&action=user.disconnect`)).toEqual([
      'deputy disconnect anna',
      'deputy disconnect ben',
    ]);
    expect(await found(`action=user.unban&target=${ben.id}`)).toEqual(['boss unban ben']);
    expect(await found(`actor=${administration.boss.id}&action=user.unban&target=${anna.id}`)).toEqual([]);
    expect(new Set((await administration.audit('action=user.unban')).map(({ action }) => action))).toEqual(
      new Set(['user.unban']),
    );
    const { body } = await administration.call('GET', `admin/audit?actor=${deputy.id}&limit=2`);
    expect(await found(`actor=${deputy.id}&cursor=${String(body['next'])}`)).toEqual(['deputy unban anna']);
  });

  it.each(['actor=boss', 'action=user.promote', 'action=', 'target=', `target=${'x'.repeat(256)}`])(
    'refuse %s',
    async (query) => {
      expect(await administration.call('GET', `admin/audit?${query}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'VALIDATION' } },
      });
    },
  );
});
