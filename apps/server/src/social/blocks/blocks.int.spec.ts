/** Blocks on a real database: limits, cache invalidation and deletion of accounts. */
import { type Database } from '@aeturnis/platform';
import { MAX_BLOCKS } from '@aeturnis/contracts';
import { sql } from 'drizzle-orm';
import { AccountsFixture } from '../../../../../test/support/domains/accounts-fixture';
import { singleNodeBus } from '../../../../../test/support/servers/single-node-bus';
import { BlockList } from './block-list';
import { BlocksRepository } from './blocks.repository';
import { blocks } from './blocks.schema';
import { BlocksService } from './blocks.service';

let fixture: AccountsFixture;
let database: Database;
let list: BlockList;
/** The block list of a node that receives no invalidations. */
let isolatedList: BlockList;
let service: BlocksService;

beforeAll(async () => {
  fixture = await AccountsFixture.open();
  ({ database } = fixture);
  const repository = new BlocksRepository(database);
  list = new BlockList(repository, singleNodeBus(), fixture.clock);
  isolatedList = new BlockList(repository, singleNodeBus(), fixture.clock);
  service = new BlocksService(database, fixture.service, repository, list);
});
afterAll(() => fixture.close());

let serial = 0;
async function users(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, () => `blocks${++serial}`);
  const { rows } = await database.db.execute<{ id: string }>(sql`
    insert into accounts (name, name_key, roles)
    select name, name, '{player}' from unnest(${sql.param(names)}::text[]) as name returning id`);
  return rows.map(({ id }) => id);
}
const pair = () => users(2) as Promise<[string, string]>;

it('returns the relations of both sides of a block, and hides the users from each other', async () => {
  const [anna, ben] = await pair();
  await service.add(anna, ben);
  expect(await list.relationsOf(anna)).toEqual({ blocking: new Set([ben]), blockedBy: new Map() });
  expect(await list.relationsOf(ben)).toEqual({ blocking: new Set(), blockedBy: new Map([[anna, expect.any(Date)]]) });
  expect([await list.blockerRoomsOf(ben), await list.blockerRoomsOf(anna)]).toEqual([[`user:${anna}`], undefined]);
  expect(await list.blockerRoomsOf(ben)).toBe(await list.blockerRoomsOf(ben));
  expect([await list.hiddenFrom(anna), await list.hiddenFrom(ben)]).toEqual([new Set([ben]), new Set([anna])]);
  await service.add(ben, anna);
  expect(await list.hiddenFrom(anna)).toEqual(new Set([ben]));
});

it('returns the changed relations after a change, also if a read was in progress', async () => {
  const [anna, ben] = await pair();
  const before = list.relationsOf(ben);
  await service.add(anna, ben);
  await before;
  expect((await list.relationsOf(ben)).blockedBy).toEqual(new Map([[anna, expect.any(Date)]]));
  await service.remove(anna, ben);
  expect((await list.relationsOf(ben)).blockedBy).toEqual(new Map());
});

it('a node that missed an invalidation uses the cached relations for at most a minute', async () => {
  const [anna, ben] = await pair();
  await isolatedList.relationsOf(ben);
  await service.add(anna, ben);
  fixture.now += 60_000;
  expect((await isolatedList.relationsOf(ben)).blockedBy).toEqual(new Map());
  fixture.now += 1;
  expect((await isolatedList.relationsOf(ben)).blockedBy).toEqual(new Map([[anna, expect.any(Date)]]));
});

it('caches at most the configured number of blocks', async () => {
  const crowd = await users(120);
  const numbered = sql`(select id, row_number() over () as place from accounts where id = any(${sql.param(crowd)}::uuid[]))`;
  await database.db.execute(sql`
    insert into blocks (blocker_id, blocked_id)
    select one.id, other.id from ${numbered} one cross join ${numbered} other
    where one.place <> other.place and one.place <= 60`);
  const small = new BlockList(new BlocksRepository(database), singleNodeBus(), fixture.clock, 1_000);
  for (const userId of crowd) await small.relationsOf(userId);
  expect(small.cachedRelationCount).toBeLessThanOrEqual(1_000);
  expect(small.cachedRelationCount).toBeGreaterThan(800);
  const [blocker] = [...(await small.relationsOf(crowd.at(-1) ?? '')).blockedBy.keys()];
  expect((await small.relationsOf(blocker ?? '')).blocking).toContain(crowd.at(-1));
});

it(`allows at most ${MAX_BLOCKS} blocks per user, and repeating an existing one`, async () => {
  const [anna = '', last = '', ...others] = await users(MAX_BLOCKS + 2);
  await database.db.insert(blocks).values(others.map((blockedId) => ({ blockerId: anna, blockedId })));
  expect(await fixture.outcomeOf(service.add(anna, last))).toBe('CONFLICT');
  expect(await fixture.outcomeOf(service.add(anna, others[0] ?? ''))).toBe('ok');
  await service.remove(anna, others[0] ?? '');
  expect(await fixture.outcomeOf(service.add(anna, last))).toBe('ok');
  expect(await service.listBlocks(anna)).toHaveLength(MAX_BLOCKS);
});

it('deletes a block with the blocked account', async () => {
  const [anna, ben] = await pair();
  await service.add(anna, ben);
  await fixture.data.deleteAccount(ben);
  expect(await service.listBlocks(anna)).toEqual([]);
});

it.each(['the blocked account', 'the own account'])(
  'block: answers NOT_FOUND if %s is deleted between its lookup and the insert',
  async (which) => {
    const [anna, ben] = await pair();
    const lookUp = fixture.service.namesOf.bind(fixture.service);
    const lookup = jest.spyOn(fixture.service, 'namesOf').mockImplementationOnce(async (ids) => {
      const names = await lookUp(ids);
      await fixture.data.deleteAccount(which === 'the own account' ? anna : ben);
      return names;
    });
    expect(await fixture.outcomeOf(service.add(anna, ben))).toBe('NOT_FOUND');
    expect(lookup).toHaveBeenCalledTimes(1);
    lookup.mockRestore();
    expect(await service.listBlocks(anna)).toEqual([]);
  },
);
