/** Inventories of characters: listed and announced to their owners only, exported and deleted with the account. */
import { randomUUID } from 'node:crypto';
import { InventoryService } from '../../apps/server/src/inventory';
import { createCharacter, type Player, registerPlayer } from '../support/clients/client';
import { callApi, type HttpAnswer } from '../support/clients/http';
import { useGame } from '../support/servers/game';

const game = useGame();
const { server } = game;

const inventory = (): InventoryService => server.app.get(InventoryService);
const listAs = ({ accessToken }: Player, characterId: string): Promise<HttpAnswer> =>
  callApi(server.url, 'GET', `/api/characters/${characterId}/inventory`, { token: accessToken });

it('an inventory is listed to the owner of the character, in the order of the rule data', async () => {
  const ann = await registerPlayer(server.url);
  const { id } = await createCharacter(server.url, ann);
  expect(await listAs(ann, id)).toEqual({ status: 200, body: { characterId: id, items: [] } });
  await inventory().change(id, ann.id, { wolf_pelt: 12, healing_potion: 3 });
  const items = [
    { itemId: 'healing_potion', name: 'Healing potion', count: 3, usable: true },
    { itemId: 'wolf_pelt', name: 'Wolf pelt', count: 12, usable: false },
  ];
  expect(await listAs(ann, id)).toEqual({ status: 200, body: { characterId: id, items } });
  expect(await listAs(ann, id.toUpperCase())).toEqual({ status: 200, body: { characterId: id, items } });
});

it('an inventory of another account is answered exactly like an unknown one', async () => {
  const [ann, stranger] = [await registerPlayer(server.url), await registerPlayer(server.url)];
  const { id } = await createCharacter(server.url, ann);
  await inventory().change(id, ann.id, { straw: 1 });
  const [foreign, unknown] = [await listAs(stranger, id), await listAs(stranger, randomUUID())];
  expect(foreign).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  expect(foreign.body.error).toEqual({ ...unknown.body.error, requestId: expect.any(String) });
  expect((await listAs(stranger, '1;drop')).body.error?.code).toBe('VALIDATION');
  expect((await callApi(server.url, 'GET', `/api/characters/${id}/inventory`)).status).toBe(401);
});

it('a change is announced to all connections of the owner, and to no other user', async () => {
  const [ann, ben] = [await game.play(), await game.play()];
  const tab = await game.connect(ann);
  const { id } = ann.character;
  await inventory().change(id, ann.id, { antidote: 2, straw: 1 });
  await inventory().change(id, ann.id, { antidote: -2 });
  for (const client of [ann.client, tab]) {
    await client.waitForEvent('inventory:updated', ({ items }) => items[0]?.count === 0);
    expect(client.eventsNamed('inventory:updated')).toEqual([
      {
        characterId: id,
        items: [
          { itemId: 'antidote', count: 2 },
          { itemId: 'straw', count: 1 },
        ],
      },
      { characterId: id, items: [{ itemId: 'antidote', count: 0 }] },
    ]);
  }
  await ben.client.roundTrip();
  expect(ben.client.eventsNamed('inventory:updated')).toEqual([]);
});

it('inventories are exported with the account, and deleted with it', async () => {
  const ann = await registerPlayer(server.url);
  const [first, second] = [await createCharacter(server.url, ann), await createCharacter(server.url, ann)];
  await inventory().change(second.id, ann.id, { antidote: 3 });
  expect(await inventory().bagOf(second.id)).toEqual({ antidote: 3 });
  const { body } = await callApi(server.url, 'GET', '/api/me/export', { token: ann.accessToken });
  expect(body['inventories']).toEqual([
    { characterId: first.id, items: [] },
    { characterId: second.id, items: [{ itemId: 'antidote', name: 'Antidote', count: 3, usable: true }] },
  ]);
  const deletion = { token: ann.accessToken, body: { password: ann.password } };
  expect((await callApi(server.url, 'DELETE', '/api/me', deletion)).status).toBe(204);
  expect(await inventory().bagOf(second.id)).toEqual({});
});
