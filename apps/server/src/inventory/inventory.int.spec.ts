/** InventoryService on a real PostgreSQL, on two nodes: counts, bounds, concurrent changes, removed characters and events. */
import { randomUUID } from 'node:crypto';
import type { ItemId } from '@aeturnis/combat-rules';
import { eq } from 'drizzle-orm';
import { waitUntil } from '../../../../test/support/clients/client';
import {
  InventoryCluster,
  type InventoryNode,
  type ItemOwner,
} from '../../../../test/support/domains/inventory-cluster';
import { inventoryItems } from './inventory.schema';
import { type ItemCounts, MAX_ITEM_COUNT } from './item-counts';

let cluster: InventoryCluster;
let west: InventoryNode;
let east: InventoryNode;
let emitted: unknown[][];

beforeAll(async () => {
  cluster = await InventoryCluster.open();
  ({ west, east, emitted } = cluster);
});
beforeEach(() => emitted.splice(0));
afterAll(() => cluster.close());

const add = (accountId?: string): Promise<ItemOwner> => cluster.addCharacter(accountId);
const change = ({ id, accountId }: ItemOwner, changes: ItemCounts, { inventory } = west): Promise<void> =>
  inventory.change(id, accountId, changes);

async function storedCounts({ id }: ItemOwner): Promise<Record<string, number>> {
  const rows = await west.database.db.select().from(inventoryItems).where(eq(inventoryItems.characterId, id));
  return Object.fromEntries(rows.map(({ itemId, count }) => [itemId, count]));
}

/** The call that announces these counts. */
const announcement = ({ id, accountId }: ItemOwner, ...items: [ItemId, number][]) => [
  accountId,
  'inventory:updated',
  { characterId: id, items: items.map(([itemId, count]) => ({ itemId, count })) },
];

describe('change', () => {
  it('adds and removes items, deletes rows that reach 0, and announces the new counts in the order of the rule data', async () => {
    const ann = await add();
    await change(ann, { wolf_pelt: 4, healing_potion: 3, antidote: 1 });
    await change(ann, { wolf_pelt: -1, antidote: -1, straw: 2 });
    expect(await storedCounts(ann)).toEqual({ healing_potion: 3, wolf_pelt: 3, straw: 2 });
    expect(emitted).toEqual([
      announcement(ann, ['healing_potion', 3], ['antidote', 1], ['wolf_pelt', 4]),
      announcement(ann, ['antidote', 0], ['straw', 2], ['wolf_pelt', 3]),
    ]);
  });

  it('refuses to remove more than the character owns, and changes no other item', async () => {
    const ben = await add();
    await change(ben, { healing_potion: 2 });
    for (const changes of [{ healing_potion: -3 }, { straw: -1 }, { straw: -Number.MAX_SAFE_INTEGER }])
      await expect(change(ben, { antidote: 5, ...changes })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await storedCounts(ben)).toEqual({ healing_potion: 2 });
    expect(emitted).toHaveLength(1);
  });

  it('stores at most MAX_ITEM_COUNT of an item, and announces nothing when nothing changes', async () => {
    const cid = await add();
    await change(cid, { straw: MAX_ITEM_COUNT - 1 });
    await change(cid, { straw: 2 });
    await change(cid, { straw: Number.MAX_SAFE_INTEGER });
    await change(cid, { straw: 0 });
    await change(cid, {});
    expect(await storedCounts(cid)).toEqual({ straw: MAX_ITEM_COUNT });
    expect(emitted).toEqual([
      announcement(cid, ['straw', MAX_ITEM_COUNT - 1]),
      announcement(cid, ['straw', MAX_ITEM_COUNT]),
    ]);
  });

  it.each([
    ['excalibur', 1],
    ['toString', 1],
    ['straw', 0.5],
    ['straw', NaN],
    ['straw', Infinity],
  ])('throws a RangeError for %s: %p', async (item, amount) => {
    await expect(change(await add(), { [item]: amount })).rejects.toThrow(RangeError);
  });

  it('refuses an unknown character, and the character of another account', async () => {
    const [dan, eve] = [await add(), await add()];
    for (const owner of [
      { ...dan, accountId: eve.accountId },
      { ...dan, id: randomUUID() },
    ])
      await expect(change(owner, { straw: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await storedCounts(dan)).toEqual({});
  });

  it('joins the transaction of the caller: announced at its commit, and rolled back with it', async () => {
    const fay = await add();
    await west.database.transaction(async () => {
      await change(fay, { antidote: 2 });
      expect(await west.inventory.bagOf(fay.id)).toEqual({ antidote: 2 });
      expect(await east.inventory.bagOf(fay.id)).toEqual({});
      expect(emitted).toEqual([]);
    });
    expect(emitted).toEqual([announcement(fay, ['antidote', 2])]);
    const failing = west.database.transaction(async () => {
      await change(fay, { antidote: -1 });
      throw new Error('the fight is over');
    });
    await expect(failing).rejects.toThrow('the fight is over');
    expect(await storedCounts(fay)).toEqual({ antidote: 2 });
    expect(emitted).toHaveLength(1);
  });
});

describe('concurrent changes on two nodes', () => {
  const nodeOf = (index: number): InventoryNode => (index % 2 === 0 ? west : east);

  it('add up exactly, whatever the order of their items', async () => {
    const gus = await add();
    const amounts = Array.from({ length: 20 }, (_, index) => index + 1);
    await Promise.all(
      amounts.map((amount, index) => {
        const entries: [ItemId, number][] = [
          ['straw', amount],
          ['antidote', 2 * amount],
          ['bat_wing', 1],
        ];
        return change(gus, Object.fromEntries(index % 3 === 0 ? entries.reverse() : entries), nodeOf(index));
      }),
    );
    expect(await storedCounts(gus)).toEqual({ straw: 210, antidote: 420, bat_wing: 20 });
    expect(emitted).toHaveLength(20);
  });

  it('of several items in one transaction each do not deadlock', async () => {
    const hal = await add();
    const items: [ItemId, ItemId] = ['straw', 'antidote'];
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        nodeOf(index).database.transaction(async () => {
          for (const item of index % 4 < 2 ? items : items.toReversed())
            await change(hal, { [item]: 1 }, nodeOf(index));
        }),
      ),
    );
    expect(await storedCounts(hal)).toEqual({ straw: 10, antidote: 10 });
  });

  it('remove each item once', async () => {
    const ida = await add();
    await change(ida, { throwing_knife: 5 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => change(ida, { throwing_knife: -1 }, nodeOf(index))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await storedCounts(ida)).toEqual({});
  });

  it('end in NOT_FOUND once the character is removed, and leave no rows', async () => {
    const jim = await add();
    await change(jim, { straw: 1 });
    const changes = Array.from({ length: 20 }, (_, index) => change(jim, { straw: 1, bear_claw: 1 }, nodeOf(index)));
    const removal = west.characters.remove(jim.accountId, jim.id);
    const outcomes = await Promise.allSettled(changes);
    await removal;
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'NOT_FOUND' });
    await expect(change(jim, { straw: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await storedCounts(jim)).toEqual({});
  });
});

describe('removal of a character', () => {
  it('waits for the transaction of a change, which can still add an item that the character did not own', async () => {
    const kay = await add();
    await change(kay, { straw: 1 });
    let removal: Promise<void> = Promise.resolve();
    await west.database.transaction(async () => {
      await change(kay, { straw: 1 });
      removal = east.characters.remove(kay.accountId, kay.id);
      await waitUntil(() => cluster.hasLockWait(), 'the removal waits for a lock');
      await change(kay, { antidote: 1 });
    });
    await removal;
    expect(await storedCounts(kay)).toEqual({});
    expect(emitted).toHaveLength(3);
  });
});

describe('lists', () => {
  it('bagOf returns only items that can be used in fights', async () => {
    const lea = await add();
    expect(await west.inventory.bagOf(lea.id)).toEqual({});
    await change(lea, { smoke_bomb: 1, golem_core: 1, healing_potion: 3 });
    expect(await east.inventory.bagOf(lea.id)).toEqual({ healing_potion: 3, smoke_bomb: 1 });
  });

  it('listOwned returns names and uses in the order of the rule data, and only to the account of the character', async () => {
    const [max, ned] = [await add(), await add()];
    await change(max, { golem_core: 1, healing_potion: 3 });
    expect(await west.inventory.listOwned(max.accountId, max.id)).toEqual({
      characterId: max.id,
      items: [
        { itemId: 'healing_potion', name: 'Healing potion', count: 3, usable: true },
        { itemId: 'golem_core', name: 'Golem core', count: 1, usable: false },
      ],
    });
    await expect(west.inventory.listOwned(ned.accountId, max.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('listOfAccount returns each character of the account, also those that own nothing', async () => {
    const ole = await add();
    const [pam, quin] = [await add(ole.accountId), await add()];
    await change(pam, { straw: 2 });
    await change(quin, { straw: 7 });
    expect(await west.inventory.listOfAccount(ole.accountId)).toEqual([
      { characterId: ole.id, items: [] },
      { characterId: pam.id, items: [{ itemId: 'straw', name: 'Bundle of straw', count: 2, usable: false }] },
    ]);
  });

  it('ignore items that the rule data no longer has', async () => {
    const ray = await add();
    await west.database.db.insert(inventoryItems).values({ characterId: ray.id, itemId: 'excalibur', count: 1 });
    expect(await west.inventory.bagOf(ray.id)).toEqual({});
    expect(await west.inventory.listOwned(ray.accountId, ray.id)).toEqual({ characterId: ray.id, items: [] });
  });
});
