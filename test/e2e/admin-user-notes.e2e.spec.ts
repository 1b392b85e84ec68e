/** Administrators' notes about users: written, listed, bounded, hidden from the user, and deleted with the account. */
import { MAX_NOTES } from '../../apps/server/src/admin/users/user-notes.service';
import { type Player, registerPlayer } from '../support/clients/client';
import type { HttpAnswer } from '../support/clients/http';
import { useAdministration } from '../support/domains/administration';
import { useGame } from '../support/servers/game';

const game = useGame({ ADMIN_USERS: 'boss', LIMITS: 'off' });
const administration = useAdministration(game);

describe('notes about a user', () => {
  const write = (player: Pick<Player, 'id'>, text: string, as?: Player): Promise<HttpAnswer> =>
    administration.users('POST', `${player.id}/notes`, { text }, as);
  const textsIn = ({ body }: HttpAnswer): unknown[] => (body['notes'] as { text: string }[]).map(({ text }) => text);

  it('have an author, are read page by page from the newest backwards, and are recorded without their text', async () => {
    const [anna, ben] = [await registerPlayer(game.server.url), await registerPlayer(game.server.url)];
    const deputy = await administration.createDeputy();
    await write(ben, 'about another user');
    for (const text of ['one', 'two']) await write(anna, text);
    const { status, body } = await write(anna, 'three\nlines\n😀', deputy);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      author: { id: deputy.id, name: deputy.name },
      text: 'three\nlines\n😀',
      createdAt: expect.any(String),
    });
    expect(await administration.newestRecord()).toMatchObject({
      actor: { id: deputy.id },
      action: 'user.note',
      target: anna.id,
      details: { noteId: body['id'] },
    });
    const first = await administration.users('GET', `${anna.id}/notes?limit=2`);
    expect(first.body['notes']).toEqual([
      body,
      expect.objectContaining({ text: 'two', author: { id: administration.boss.id, name: administration.boss.name } }),
    ]);
    const second = await administration.users('GET', `${anna.id}/notes?limit=2&cursor=${String(first.body['next'])}`);
    expect([textsIn(second), second.body['next']]).toEqual([['one'], undefined]);
    expect((await administration.details(anna))['notes']).toEqual(
      (await administration.users('GET', `${anna.id}/notes`)).body,
    );
  });

  it('have 1 to 1,000 code points', async () => {
    const anna = await registerPlayer(game.server.url);
    expect((await write(anna, '😀'.repeat(1_000))).status).toBe(201);
    for (const text of ['😀'.repeat(1_001), '', ' ', 'a\u0000b'])
      expect(await write(anna, text)).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    expect(textsIn(await administration.users('GET', `${anna.id}/notes`))).toHaveLength(1);
  });

  it(`are ${MAX_NOTES} at most, also when two are written at once`, async () => {
    const anna = await registerPlayer(game.server.url);
    await administration.query(
      `insert into user_notes (user_id, author, author_name, text) select $1, $1, 'anna', 'note' from generate_series(1, $2::int)`,
      [anna.id, MAX_NOTES - 1],
    );
    const answers = await Promise.all([write(anna, 'this one'), write(anna, 'or this one')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ error: { code: 'CONFLICT' } });
  });

  it('are in neither export of the user, and are deleted with the account', async () => {
    const anna = await registerPlayer(game.server.url);
    await write(anna, 'known to administrators alone');
    for (const { status, body } of [
      await administration.call('GET', 'me/export', undefined, anna),
      await administration.users('GET', `${anna.id}/export`),
    ]) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toContain('known to administrators alone');
    }
    const stored = (): Promise<unknown[]> =>
      administration.query('select text from user_notes where user_id = $1', [anna.id]);
    expect(await stored()).toHaveLength(1);
    expect((await administration.call('DELETE', 'me', { password: anna.password }, anna)).status).toBe(204);
    expect(await stored()).toEqual([]);
  });
});
