/** Blocks on a real database: how many there may be, and how long a node goes on with what it knew. */
import { type Database } from '@aeturnis/platform';
import { MAX_BLOCKS } from '@aeturnis/contracts';
import { sql } from 'drizzle-orm';
import { AccountsWorld } from '../../../../../test/support/accounts';
import { aloneBus } from '../../../../../test/support/bus';
import { BlockList } from './block-list';
import { BlocksRepository } from './blocks.repository';
import { blocks } from './blocks.schema';
import { BlocksService } from './blocks.service';

let world: AccountsWorld;
let database: Database;
let list: BlockList;
/** Of a node that hears nothing of the other. */
let deaf: BlockList;
let service: BlocksService;

beforeAll(async () => {
  world = await AccountsWorld.open();
  ({ database } = world);
  const repository = new BlocksRepository(database);
  list = new BlockList(repository, aloneBus(), world.clock);
  deaf = new BlockList(repository, aloneBus(), world.clock);
  service = new BlocksService(database, world.service, repository, list);
});
afterAll(() => world.close());

let serial = 0;
async function users(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, () => `blocks${++serial}`);
  const { rows } = await database.db.execute<{ id: string }>(sql`
    insert into accounts (name, name_key, roles)
    select name, name, '{player}' from unnest(${sql.param(names)}::text[]) as name returning id`);
  return rows.map(({ id }) => id);
}
const pair = () => users(2) as Promise<[string, string]>;

it('tells both sides of a block, and who hears nothing of whom', async () => {
  const [anna, ben] = await pair();
  await service.add(anna, ben);
  expect(await list.of(anna)).toEqual({ blocking: new Set([ben]), blockedBy: new Map() });
  expect(await list.of(ben)).toEqual({ blocking: new Set(), blockedBy: new Map([[anna, expect.any(Date)]]) });
  expect([await list.deafTo(ben), await list.deafTo(anna)]).toEqual([[`user:${anna}`], undefined]);
  expect(await list.deafTo(ben)).toBe(await list.deafTo(ben));
  expect([await list.hiddenFrom(anna), await list.hiddenFrom(ben)]).toEqual([new Set([ben]), new Set([anna])]);
  await service.add(ben, anna);
  expect(await list.hiddenFrom(anna)).toEqual(new Set([ben]));
});

it('answers from after a change, also where it was being read meanwhile', async () => {
  const [anna, ben] = await pair();
  const before = list.of(ben);
  await service.add(anna, ben);
  await before;
  expect((await list.of(ben)).blockedBy).toEqual(new Map([[anna, expect.any(Date)]]));
  await service.remove(anna, ben);
  expect((await list.of(ben)).blockedBy).toEqual(new Map());
});

it('a node that missed a change goes on with what it knew for a minute', async () => {
  const [anna, ben] = await pair();
  await deaf.of(ben);
  await service.add(anna, ben);
  world.now += 59_999;
  expect((await deaf.of(ben)).blockedBy).toEqual(new Map());
  world.now += 1;
  expect((await deaf.of(ben)).blockedBy).toEqual(new Map([[anna, expect.any(Date)]]));
});

it('remembers no more than so many blocks, however many users there are with them', async () => {
  const crowd = await users(120);
  const everybody = sql`(select id, row_number() over () as place from accounts where id = any(${sql.param(crowd)}::uuid[]))`;
  await database.db.execute(sql`
    insert into blocks (blocker_id, blocked_id)
    select one.id, other.id from ${everybody} one cross join ${everybody} other
    where one.place <> other.place and one.place <= 60`);
  const small = new BlockList(new BlocksRepository(database), aloneBus(), world.clock, 1_000);
  for (const userId of crowd) await small.of(userId);
  expect(small.remembered).toBeLessThanOrEqual(1_000);
  expect(small.remembered).toBeGreaterThan(800);
  const [blocker] = [...(await small.of(crowd.at(-1) ?? '')).blockedBy.keys()];
  expect((await small.of(blocker ?? '')).blocking).toContain(crowd.at(-1));
});

it(`are at most ${MAX_BLOCKS} of one user; those that are there may be made again`, async () => {
  const [anna = '', last = '', ...others] = await users(MAX_BLOCKS + 2);
  await database.db.insert(blocks).values(others.map((blockedId) => ({ blockerId: anna, blockedId })));
  expect(await world.outcome(service.add(anna, last))).toBe('CONFLICT');
  expect(await world.outcome(service.add(anna, others[0] ?? ''))).toBe('ok');
  await service.remove(anna, others[0] ?? '');
  expect(await world.outcome(service.add(anna, last))).toBe('ok');
  expect(await service.all(anna)).toHaveLength(MAX_BLOCKS);
});

it('go with either account', async () => {
  const [anna, ben] = await pair();
  await service.add(anna, ben);
  await world.data.erase(ben);
  expect(await service.all(anna)).toEqual([]);
});

it.each(['the blocked account', 'the own account'])(
  'block: answers NOT_FOUND where %s is deleted between its lookup and the insert',
  async (which) => {
    const [anna, ben] = await pair();
    const lookUp = world.service.namesOf.bind(world.service);
    const lookup = jest.spyOn(world.service, 'namesOf').mockImplementationOnce(async (ids) => {
      const names = await lookUp(ids);
      await world.data.erase(which === 'the own account' ? anna : ben);
      return names;
    });
    expect(await world.outcome(service.add(anna, ben))).toBe('NOT_FOUND');
    expect(lookup).toHaveBeenCalledTimes(1);
    lookup.mockRestore();
    expect(await service.all(anna)).toEqual([]);
  },
);
