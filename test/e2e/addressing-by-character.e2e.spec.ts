/** Players are addressed by the public id or name of a character. */
import { randomUUID } from 'node:crypto';
import type { TestClient } from '../support/clients/client';
import { type PlayerInWorld, useGame } from '../support/servers/game';
import { Api } from '../support/clients/api';

const game = useGame();
const api = new Api(game.server);

/** The answer of a command without `success`. @throws if the command is refused. */
async function answer(client: TestClient, name: string, payload: object): Promise<Record<string, unknown>> {
  const { success, ...rest } = await client.send(name, payload);
  if (!success) throw new Error(`${name}: ${JSON.stringify(rest)}`);
  return rest;
}

const enterTwoPlayers = async (): Promise<[PlayerInWorld, PlayerInWorld]> => [await game.play(), await game.play()];

describe('a character in the zone', () => {
  it('identifies its user in blocking and unblocking', async () => {
    const [anna, ben] = await enterTwoPlayers();
    const seen = await anna.client.waitForEvent(
      'zone:player_joined',
      ({ player }) => player.name === ben.character.name,
    );
    const { id: characterId } = seen.player;
    expect(await answer(anna.client, 'block:add', { characterId })).toMatchObject({ userId: ben.id });
    expect(await answer(anna.client, 'block:list', {})).toMatchObject({ blocks: [{ userId: ben.id }] });
    expect(await answer(anna.client, 'block:remove', { characterId: characterId.toUpperCase() })).toEqual({});
    expect(await answer(anna.client, 'block:list', {})).toEqual({ blocks: [] });
    const created = await api.post('/api/blocks', anna.accessToken).send({ characterId });
    expect([created.status, created.body.userId]).toEqual([201, ben.id]);
  });

  it('identifies its user in whispers, typing and the history of whispers', async () => {
    const [anna, ben] = await enterTwoPlayers();
    const to = { toCharacterId: ben.character.id };
    const { id } = await answer(anna.client, 'chat:whisper', { ...to, text: 'psst' });
    expect(await ben.client.waitForEvent('chat:whisper')).toMatchObject({ id, from: { userId: anna.id } });
    await answer(anna.client, 'chat:typing', to);
    expect(await ben.client.waitForEvent('chat:typing')).toMatchObject({ from: { userId: anna.id } });
    const history = await answer(ben.client, 'chat:history', { withCharacterId: anna.character.id });
    expect(history).toMatchObject({ messages: [{ id, text: 'psst' }] });
  });

  it('identifies its user in presence subscriptions, in the order requested', async () => {
    const [anna, ben] = await enterTwoPlayers();
    const characterIds = [ben.character.id, anna.character.id.toUpperCase(), ben.character.id];
    const users = [ben.id, anna.id, ben.id].map((userId) => ({ userId, online: true }));
    for (const name of ['presence:get', 'presence:subscribe'])
      expect(await answer(anna.client, name, { characterIds })).toMatchObject({ users });
    await answer(ben.client, 'presence:update', { status: 'busy' });
    expect(await anna.client.waitForEvent('player:status_change')).toMatchObject({ userId: ben.id, status: 'busy' });
    expect(await answer(anna.client, 'presence:unsubscribe', { characterIds })).toEqual({});
  });

  it('identifies its user in conversations', async () => {
    const [anna, ben] = await enterTwoPlayers();
    const { client } = anna;
    const characterIds = [ben.character.id];
    const direct = { kind: 'direct', participantCharacterIds: characterIds };
    const created = await answer(client, 'conversation:create', direct);
    expect(created).toMatchObject({ kind: 'direct' });
    expect(await answer(client, 'conversation:create', { kind: 'direct', participantIds: [ben.id] })).toMatchObject({
      id: created['id'],
    });
    const { id } = await answer(client, 'conversation:create', { kind: 'group', participantCharacterIds: [] });
    const conversation = { conversationId: id };
    const members = async (): Promise<unknown> =>
      (await api.get(`/api/conversations/${String(id)}`, anna.accessToken)).body.members;
    const isIn = expect.arrayContaining([expect.objectContaining({ id: ben.id })]);
    await answer(client, 'conversation:add', { ...conversation, characterIds });
    await answer(client, 'conversation:role', { ...conversation, characterId: ben.character.id, role: 'admin' });
    expect(await members()).toEqual(isIn);
    await answer(client, 'conversation:remove', { ...conversation, characterId: ben.character.id });
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
  ])('is refused by %s if unknown, or if a user is named too', async (name, byCharacter, byUser) => {
    const [anna, ben] = await enterTwoPlayers();
    expect(await anna.client.send(name, byCharacter(randomUUID()))).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const both = { ...byCharacter(ben.character.id), ...byUser(ben.id) };
    expect(await anna.client.send(name, both)).toMatchObject({ error: { code: 'VALIDATION' } });
  });
});

describe('GET /api/players', () => {
  const find = (name: string, token?: string) => api.get(`/api/players?name=${encodeURIComponent(name)}`, token);

  it('finds a character by its whole name, in any case, and reveals nothing else', async () => {
    const [anna, ben] = await enterTwoPlayers();
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

  it('answers the same to guests, to blocked users, and about invisible and disconnected players', async () => {
    const [anna, ben] = await enterTwoPlayers();
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
