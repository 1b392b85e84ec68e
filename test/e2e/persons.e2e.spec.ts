/** Players are addressed by what others see of them: the id of a character, and the name of one. */
import { randomUUID } from 'node:crypto';
import { closeClients, type TestClient } from '../support/client';
import { type Game, type PlayerInWorld, startGame } from '../support/game';
import { Api } from '../support/session';

let game: Game;
let api: Api;
beforeAll(async () => {
  game = await startGame();
  api = new Api(game.server.url);
});
afterEach(closeClients);
afterAll(() => game.close());

/** What a command answers without its mark of success. @throws where it is refused. */
async function answer(client: TestClient, name: string, payload: object): Promise<Record<string, unknown>> {
  const { success, ...rest } = await client.send(name, payload);
  if (!success) throw new Error(`${name}: ${JSON.stringify(rest)}`);
  return rest;
}

const both = async (): Promise<[PlayerInWorld, PlayerInWorld]> => [await game.play(), await game.play()];

describe('a character that stands in the zone', () => {
  it('is enough to block its user, and to end that', async () => {
    const [anna, ben] = await both();
    const seen = await anna.client.event('zone:player_joined', ({ player }) => player.name === ben.character.name);
    const { id: characterId } = seen.player;
    expect(await answer(anna.client, 'block:add', { characterId })).toMatchObject({ userId: ben.id });
    expect(await answer(anna.client, 'block:list', {})).toMatchObject({ blocks: [{ userId: ben.id }] });
    expect(await answer(anna.client, 'block:remove', { characterId: characterId.toUpperCase() })).toEqual({});
    expect(await answer(anna.client, 'block:list', {})).toEqual({ blocks: [] });
    const made = await api.post('/api/blocks', anna.accessToken).send({ characterId });
    expect([made.status, made.body.userId]).toEqual([201, ben.id]);
  });

  it('is enough to whisper, to type and to read what was whispered', async () => {
    const [anna, ben] = await both();
    const to = { toCharacterId: ben.character.id };
    const { id } = await answer(anna.client, 'chat:whisper', { ...to, text: 'psst' });
    expect(await ben.client.event('chat:whisper')).toMatchObject({ id, from: { userId: anna.id } });
    await answer(anna.client, 'chat:typing', to);
    expect(await ben.client.event('chat:typing')).toMatchObject({ from: { userId: anna.id } });
    const history = await answer(ben.client, 'chat:history', { withCharacterId: anna.character.id });
    expect(history).toMatchObject({ messages: [{ id, text: 'psst' }] });
  });

  it('is enough to follow presence, in the order asked', async () => {
    const [anna, ben] = await both();
    const characterIds = [ben.character.id, anna.character.id.toUpperCase(), ben.character.id];
    const users = [ben.id, anna.id, ben.id].map((userId) => ({ userId, online: true }));
    for (const name of ['presence:get', 'presence:subscribe'])
      expect(await answer(anna.client, name, { characterIds })).toMatchObject({ users });
    await answer(ben.client, 'presence:update', { status: 'busy' });
    expect(await anna.client.event('player:status_change')).toMatchObject({ userId: ben.id, status: 'busy' });
    expect(await answer(anna.client, 'presence:unsubscribe', { characterIds })).toEqual({});
  });

  it('is enough for conversations', async () => {
    const [anna, ben] = await both();
    const { client } = anna;
    const characterIds = [ben.character.id];
    const direct = { kind: 'direct', participantCharacterIds: characterIds };
    const begun = await answer(client, 'conversation:create', direct);
    expect(begun).toMatchObject({ kind: 'direct' });
    expect(await answer(client, 'conversation:create', { kind: 'direct', participantIds: [ben.id] })).toMatchObject({
      id: begun['id'],
    });
    const { id } = await answer(client, 'conversation:create', { kind: 'group', participantCharacterIds: [] });
    const here = { conversationId: id };
    const members = async (): Promise<unknown> =>
      (await api.get(`/api/conversations/${String(id)}`, anna.accessToken)).body.members;
    const isIn = expect.arrayContaining([expect.objectContaining({ id: ben.id })]);
    await answer(client, 'conversation:add', { ...here, characterIds });
    await answer(client, 'conversation:role', { ...here, characterId: ben.character.id, role: 'admin' });
    expect(await members()).toEqual(isIn);
    await answer(client, 'conversation:remove', { ...here, characterId: ben.character.id });
    expect(await members()).not.toEqual(isIn);
    const path = `/api/conversations/${String(id)}/members`;
    expect((await api.post(path, anna.accessToken).send({ characterIds })).status).toBe(200);
    expect(await members()).toEqual(isIn);
  });

  it.each<[command: string, byCharacter: (id: string) => object, byUser: (id: string) => object]>([
    ['block:add', (characterId) => ({ characterId }), (userId) => ({ userId })],
    ['block:remove', (characterId) => ({ characterId }), (userId) => ({ userId })],
    ['chat:whisper', (toCharacterId) => ({ toCharacterId, text: 'psst' }), (toUserId) => ({ toUserId })],
    ['chat:typing', (toCharacterId) => ({ toCharacterId }), (toUserId) => ({ toUserId })],
    ['chat:history', (withCharacterId) => ({ withCharacterId }), (withUserId) => ({ withUserId })],
    ['presence:get', (id) => ({ characterIds: [id] }), (id) => ({ userIds: [id] })],
    ['presence:subscribe', (id) => ({ characterIds: [id] }), (id) => ({ userIds: [id] })],
    [
      'conversation:create',
      (id) => ({ kind: 'direct', participantCharacterIds: [id] }),
      (id) => ({ participantIds: [id] }),
    ],
  ])('%s: refuses an unknown character, and a character beside a user', async (name, byCharacter, byUser) => {
    const [anna, ben] = await both();
    expect(await anna.client.send(name, byCharacter(randomUUID()))).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const twice = { ...byCharacter(ben.character.id), ...byUser(ben.id) };
    expect(await anna.client.send(name, twice)).toMatchObject({ error: { code: 'VALIDATION' } });
  });
});

describe('GET /api/players', () => {
  const find = (name: string, token?: string) => api.get(`/api/players?name=${encodeURIComponent(name)}`, token);

  it('finds a character by its whole name, in any case, and tells nothing else', async () => {
    const [anna, ben] = await both();
    const view = { characterId: ben.character.id, name: ben.character.name };
    for (const name of [ben.character.name, ben.character.name.toUpperCase()]) {
      const { status, body } = await find(name, anna.accessToken);
      expect([status, body]).toEqual([200, view]);
    }
    for (const name of [ben.character.name.slice(0, -1), `${ben.character.name}%`, ben.name, 'nobody'])
      expect((await find(name, anna.accessToken)).body).toMatchObject({ error: { code: 'NOT_FOUND' } });
    for (const name of ['', 'x'.repeat(200), '\0'])
      expect((await find(name, anna.accessToken)).body).toMatchObject({ error: { code: 'VALIDATION' } });
  });

  it('answers the same to guests, to those who are blocked, and about players who hide or are away', async () => {
    const [anna, ben] = await both();
    const guest = await api.guest();
    const view = { characterId: ben.character.id, name: ben.character.name };
    await answer(ben.client, 'block:add', { userId: anna.id });
    await answer(ben.client, 'presence:update', { status: 'invisible' });
    for (const token of [anna.accessToken, guest.accessToken])
      expect((await find(view.name, token)).body).toEqual(view);
    ben.client.socket.disconnect();
    expect((await find(view.name, anna.accessToken)).body).toEqual(view);
    expect((await find(view.name)).status).toBe(401);
  });
});
