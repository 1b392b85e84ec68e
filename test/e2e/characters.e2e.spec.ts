/** Characters over HTTP: created, listed and deleted by their owners, and inaccessible to other users. */
import { randomUUID } from 'node:crypto';
import { createCharacter, type Player, registerPlayer, uniqueCharacterName } from '../support/clients/client';
import { useGame } from '../support/servers/game';
import { type HttpAnswer, callApi } from '../support/clients/http';

const game = useGame();
const { server } = game;
let owner: Player;

beforeEach(async () => {
  owner = await registerPlayer(server.url);
});

const requestAs = (player: Player, method: string, path = '', body?: object): Promise<HttpAnswer> =>
  callApi(server.url, method, `/api/characters${path}`, { token: player.accessToken, ...(body && { body }) });
const create = (name: string, characterClass = 'mage'): Promise<HttpAnswer> =>
  requestAs(owner, 'POST', '', { name, class: characterClass });

describe('creating a character', () => {
  it('returns the character, in full health, at the start position', async () => {
    const name = uniqueCharacterName();
    const { status, body } = await create(name, 'warrior');
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name,
      class: 'warrior',
      level: 1,
      experience: 0,
      zone: 'starting_village',
      x: expect.any(Number),
      y: expect.any(Number),
      stats: { health: 120, maxHealth: 120, attack: 12, defense: 10 },
    });
    expect(await requestAs(owner, 'GET', `/${String(body['id'])}`)).toEqual({ status: 200, body });
  });

  it('stores the composed (NFC) form of a name', async () => {
    const name = `${uniqueCharacterName().slice(0, 16)}zoe\u0308`;
    const { body } = await create(name);
    expect(body['name']).toBe(name.normalize('NFC'));
  });

  it.each([
    [{ name: 'A', class: 'mage' }, 'name'],
    [{ name: 'x'.repeat(21), class: 'mage' }, 'name'],
    [{ name: 'Bob  Hope', class: 'mage' }, 'name'],
    [{ name: 'Bob1', class: 'mage' }, 'name'],
    [{ name: 'Bob\u200bby', class: 'mage' }, 'name'],
    [{ name: 'B\u043ebby', class: 'mage' }, 'name'],
    [{ name: 'Moderator', class: 'mage' }, 'name'],
    [{ name: 'Game-Master', class: 'mage' }, 'name'],
    [{ name: 5, class: 'mage' }, 'name'],
    [{ name: ['Bob'], class: 'mage' }, 'name'],
    [{ class: 'mage' }, 'name'],
    [{ name: 'Bobby', class: 'paladin' }, 'class'],
    [{ name: 'Bobby' }, 'class'],
    [{ name: 'Bobby', class: 'mage', level: 99 }, 'level'],
  ])('refuses %j', async (body, field) => {
    const answer = await requestAs(owner, 'POST', '', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'VALIDATION', details: expect.anything() });
    expect(JSON.stringify(answer.body.error?.details)).toContain(field);
  });

  it('gives a name, whatever its case, to exactly one of several concurrent requests', async () => {
    const name = uniqueCharacterName();
    const rivals = await Promise.all([1, 2, 3, 4].map(() => registerPlayer(server.url)));
    const spellings = [name, name.toUpperCase(), name.toLowerCase(), name];
    const answers = await Promise.all(
      rivals.map((rival, index) => requestAs(rival, 'POST', '', { name: spellings[index], class: 'mage' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    for (const { body } of answers) if (body.error) expect(body.error.code).toBe('NAME_TAKEN');
  });

  it('refuses a name that looks like a taken one', async () => {
    const name = `${uniqueCharacterName()}l`;
    expect((await create(name)).status).toBe(201);
    const { status, body } = await create(`${name.slice(0, -1)}I`);
    expect({ status, code: body.error?.code }).toEqual({ status: 409, code: 'NAME_TAKEN' });
  });

  it('refuses the display name of another user, and as a display name the name of another user’s character', async () => {
    const stranger = await registerPlayer(server.url, undefined, { displayName: uniqueCharacterName() });
    const tryName = (player: Player, name: string): Promise<HttpAnswer> =>
      requestAs(player, 'POST', '', { name: name.toUpperCase(), class: 'mage' });
    expect(await tryName(owner, stranger.name)).toMatchObject({ status: 409, body: { error: { code: 'NAME_TAKEN' } } });
    expect((await tryName(stranger, stranger.name)).status).toBe(201);
    const { body: character } = await create(uniqueCharacterName());
    const rename = (player: Player): Promise<HttpAnswer> =>
      callApi(server.url, 'PATCH', '/api/me', { token: player.accessToken, body: { displayName: character['name'] } });
    expect(await rename(stranger)).toMatchObject({ status: 409, body: { error: { code: 'NAME_TAKEN' } } });
    expect((await rename(owner)).status).toBe(200);
    const asGuest = await callApi(server.url, 'POST', '/api/auth/guest', { body: { name: character['name'] } });
    expect(asGuest.body.error?.code).toBe('NAME_TAKEN');
  });

  it.each(['စိုး', 'फ़िरोज़', 'מֹשֶׁה', 'ශ්‍රීමතී', 'مه‌سا', '李娜', 'O’Neil'])('accepts the name %s', async (name) => {
    expect(await create(name)).toMatchObject({ status: 201, body: { name } });
  });

  it('creates at most eight characters per account, also for concurrent requests', async () => {
    const names = Array.from({ length: 12 }, uniqueCharacterName);
    const answers = await Promise.all(names.map((name) => create(name)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
    expect(answers.find(({ status }) => status !== 201)?.body.error?.code).toBe('CONFLICT');
    expect((await requestAs(owner, 'GET')).body).toHaveLength(8);
  });

  it('requires a token', async () => {
    const answer = await callApi(server.url, 'POST', '/api/characters', { body: { name: 'Bobby', class: 'mage' } });
    expect(answer.status).toBe(401);
  });
});

describe('the characters of an account', () => {
  it('are exported and deleted with it, also a character that is created during the deletion', async () => {
    const stranger = await registerPlayer(server.url);
    const [existing, concurrent] = [uniqueCharacterName(), uniqueCharacterName()];
    await create(existing);
    const { body } = await callApi(server.url, 'GET', '/api/me/export', { token: owner.accessToken });
    expect(body['characters']).toMatchObject([{ name: existing }]);
    const deletion = { token: owner.accessToken, body: { password: owner.password } };
    const [deleted] = await Promise.all([
      callApi(server.url, 'DELETE', '/api/me', deletion),
      ...[1, 2, 3].map(() => create(concurrent)),
    ]);
    expect(deleted.status).toBe(204);
    for (const name of [existing, concurrent]) {
      expect((await requestAs(stranger, 'POST', '', { name, class: 'mage' })).status).toBe(201);
    }
  });

  it('are listed oldest first', async () => {
    expect(await requestAs(owner, 'GET')).toEqual({ status: 200, body: [] });
    const names = [uniqueCharacterName(), uniqueCharacterName(), uniqueCharacterName()];
    for (const name of names) await create(name);
    expect((await requestAs(owner, 'GET')).body).toMatchObject(names.map((name) => ({ name })));
  });

  it('are part of system:sync', async () => {
    const { client, ...player } = await game.join();
    expect(client.eventsNamed('system:sync')[0]).toMatchObject({ characters: [], zone: null });
    const { id } = await createCharacter(server.url, player);
    const second = await game.connect(player);
    expect(second.eventsNamed('system:sync')[0]).toMatchObject({ characters: [{ id }], zone: null });
  });

  it('are deleted permanently, and their names are free again', async () => {
    const { id, name } = await createCharacter(server.url, owner);
    expect((await requestAs(owner, 'DELETE', `/${id}`)).status).toBe(204);
    expect((await requestAs(owner, 'GET', `/${id}`)).status).toBe(404);
    expect((await requestAs(owner, 'DELETE', `/${id}`)).status).toBe(404);
    const { status } = await requestAs(await registerPlayer(server.url), 'POST', '', { name, class: 'cleric' });
    expect(status).toBe(201);
  });

  it('are answered to other users exactly like unknown ids', async () => {
    const { id } = await createCharacter(server.url, owner);
    const stranger = await registerPlayer(server.url);
    for (const method of ['GET', 'DELETE']) {
      const [foreign, unknown] = [
        await requestAs(stranger, method, `/${id}`),
        await requestAs(stranger, method, `/${randomUUID()}`),
      ];
      expect(foreign.status).toBe(404);
      expect(foreign.body.error).toEqual({ ...unknown.body.error, requestId: expect.any(String) });
    }
    expect((await requestAs(owner, 'GET', `/${id}`)).status).toBe(200);
  });

  it('are addressed by a UUID', async () => {
    const answer = await requestAs(owner, 'GET', '/1;drop');
    expect(answer.body.error?.code).toBe('VALIDATION');
  });
});
