/** Characters over HTTP: created, listed and deleted by their owner, and nobody else's business. */
import { randomUUID } from 'node:crypto';
import { closeClients, createCharacter, type Player, registerPlayer, uniqueCharacterName } from '../support/client';
import { type Game, startGame } from '../support/game';
import { type Answer, call } from '../support/http';

let game: Game;
let url: string;
let owner: Player;

beforeAll(async () => {
  game = await startGame();
  url = game.server.url;
});
afterAll(async () => {
  closeClients();
  await game.close();
});
beforeEach(async () => {
  owner = await registerPlayer(url);
});

const as = (player: Player, method: string, path = '', body?: object): Promise<Answer> =>
  call(url, method, `/api/characters${path}`, { token: player.accessToken, ...(body && { body }) });
const create = (name: string, characterClass = 'mage'): Promise<Answer> =>
  as(owner, 'POST', '', { name, class: characterClass });

describe('creating a character', () => {
  it('answers the character, in full health, at the start', async () => {
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
    expect(await as(owner, 'GET', `/${String(body['id'])}`)).toEqual({ status: 200, body });
  });

  it('keeps the composed form of a name', async () => {
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
    const answer = await as(owner, 'POST', '', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'VALIDATION', details: expect.anything() });
    expect(JSON.stringify(answer.body.error?.details)).toContain(field);
  });

  it('refuses a name that is taken, whatever the case, and gives it to one of many who ask at once', async () => {
    const name = uniqueCharacterName();
    const rivals = await Promise.all([1, 2, 3, 4].map(() => registerPlayer(url)));
    const spellings = [name, name.toUpperCase(), name.toLowerCase(), name];
    const answers = await Promise.all(
      rivals.map((rival, index) => as(rival, 'POST', '', { name: spellings[index], class: 'mage' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    for (const { body } of answers) if (body.error) expect(body.error.code).toBe('NAME_TAKEN');
  });

  it('refuses a name that looks like one that is taken', async () => {
    const name = `${uniqueCharacterName()}l`;
    expect((await create(name)).status).toBe(201);
    const { status, body } = await create(`${name.slice(0, -1)}I`);
    expect({ status, code: body.error?.code }).toEqual({ status: 409, code: 'NAME_TAKEN' });
  });

  it('refuses the display name of somebody else, and nobody gets a character’s name for a display name', async () => {
    const stranger = await registerPlayer(url, undefined, { displayName: uniqueCharacterName() });
    const asked = (player: Player, name: string): Promise<Answer> =>
      as(player, 'POST', '', { name: name.toUpperCase(), class: 'mage' });
    expect(await asked(owner, stranger.name)).toMatchObject({ status: 409, body: { error: { code: 'NAME_TAKEN' } } });
    expect((await asked(stranger, stranger.name)).status).toBe(201);
    const { body: character } = await create(uniqueCharacterName());
    const rename = (player: Player): Promise<Answer> =>
      call(url, 'PATCH', '/api/me', { token: player.accessToken, body: { displayName: character['name'] } });
    expect(await rename(stranger)).toMatchObject({ status: 409, body: { error: { code: 'NAME_TAKEN' } } });
    expect((await rename(owner)).status).toBe(200);
    const guest = { body: { name: character['name'] } };
    expect((await call(url, 'POST', '/api/auth/guest', guest)).body.error?.code).toBe('NAME_TAKEN');
  });

  it.each(['စိုး', 'फ़िरोज़', 'מֹשֶׁה', 'ශ්‍රීමතී', 'مه‌سا', '李娜', 'O’Neil'])('takes the name %s', async (name) => {
    expect(await create(name)).toMatchObject({ status: 201, body: { name } });
  });

  it('stops at eight, also when many are asked for at once', async () => {
    const names = Array.from({ length: 12 }, uniqueCharacterName);
    const answers = await Promise.all(names.map((name) => create(name)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
    expect(answers.find(({ status }) => status !== 201)?.body.error?.code).toBe('CONFLICT');
    expect((await as(owner, 'GET')).body).toHaveLength(8);
  });

  it('needs a token', async () => {
    const answer = await call(url, 'POST', '/api/characters', { body: { name: 'Bobby', class: 'mage' } });
    expect(answer.status).toBe(401);
  });
});

describe('the characters of an account', () => {
  it('are told in its export, and end with it, also one that is made in that moment', async () => {
    const stranger = await registerPlayer(url);
    const [kept, late] = [uniqueCharacterName(), uniqueCharacterName()];
    await create(kept);
    const { body } = await call(url, 'GET', '/api/me/export', { token: owner.accessToken });
    expect(body['characters']).toMatchObject([{ name: kept }]);
    const erase = { token: owner.accessToken, body: { password: owner.password } };
    const [erased] = await Promise.all([call(url, 'DELETE', '/api/me', erase), ...[1, 2, 3].map(() => create(late))]);
    expect(erased.status).toBe(204);
    for (const name of [kept, late]) {
      expect((await as(stranger, 'POST', '', { name, class: 'mage' })).status).toBe(201);
    }
  });

  it('are listed oldest first', async () => {
    expect(await as(owner, 'GET')).toEqual({ status: 200, body: [] });
    const names = [uniqueCharacterName(), uniqueCharacterName(), uniqueCharacterName()];
    for (const name of names) await create(name);
    expect((await as(owner, 'GET')).body).toMatchObject(names.map((name) => ({ name })));
  });

  it('are there in system:sync', async () => {
    const { client, ...player } = await game.join();
    expect(client.all('system:sync')[0]).toMatchObject({ characters: [], zone: null });
    const { id } = await createCharacter(url, player);
    const second = await game.connect(player);
    expect(second.all('system:sync')[0]).toMatchObject({ characters: [{ id }], zone: null });
  });

  it('are deleted for good, and their names are free again', async () => {
    const { id, name } = await createCharacter(url, owner);
    expect((await as(owner, 'DELETE', `/${id}`)).status).toBe(204);
    expect((await as(owner, 'GET', `/${id}`)).status).toBe(404);
    expect((await as(owner, 'DELETE', `/${id}`)).status).toBe(404);
    const { status } = await as(await registerPlayer(url), 'POST', '', { name, class: 'cleric' });
    expect(status).toBe(201);
  });

  it('do not exist for strangers', async () => {
    const { id } = await createCharacter(url, owner);
    const stranger = await registerPlayer(url);
    for (const method of ['GET', 'DELETE']) {
      const [others, nobodys] = [await as(stranger, method, `/${id}`), await as(stranger, method, `/${randomUUID()}`)];
      expect(others.status).toBe(404);
      expect(others.body.error).toEqual({ ...nobodys.body.error, requestId: expect.any(String) });
    }
    expect((await as(owner, 'GET', `/${id}`)).status).toBe(200);
  });

  it('are asked for by a UUID', async () => {
    const answer = await as(owner, 'GET', '/1;drop');
    expect(answer.body.error?.code).toBe('VALIDATION');
  });
});
