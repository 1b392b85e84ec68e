/** One suite for both stores of positions, and what only a cluster can show. */
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { ZonePlayer } from '@aeturnis/contracts';
import { Redis } from 'ioredis';
import { MemoryZonePositions } from './memory-zone-positions';
import { RedisZonePositions } from './redis-zone-positions';
import type { Visible, ZonePositions } from './zone-positions';
import { commonRedisUrl } from '../../../../test/support/service-urls';

const NOTHING = { forgotten: false, taken: [], gone: [] };

function player(name: string, x = 1): ZonePlayer {
  return { id: randomUUID(), name, class: 'mage', level: 1, x, y: 2, facing: 0.5 };
}

const inStay = (stay: number, ...players: ZonePlayer[]): Visible[] =>
  players.map((one) => ({ id: one.id, stay, asSeenByOthers: () => one }));
const those = (...players: ZonePlayer[]): Visible[] => inStay(1, ...players);

const byName = (players: readonly ZonePlayer[]) => [...players].sort((a, b) => a.name.localeCompare(b.name));

let redis: Redis;

beforeAll(async () => {
  redis = new Redis(commonRedisUrl());
  await once(redis, 'ready');
});
afterAll(async () => {
  await redis.quit();
});

describe.each<[string, () => ZonePositions]>([
  ['in memory', () => new MemoryZonePositions()],
  ['in Redis', () => new RedisZonePositions(redis)],
])('positions of zones %s', (_, create) => {
  let positions: ZonePositions;
  let zone: string;
  const ann = player('Ann');
  const bob = player('Bob');

  beforeEach(() => {
    positions = create();
    zone = randomUUID();
  });

  it('knows nobody where nobody has been', async () => {
    expect(await positions.snapshot(zone)).toEqual([]);
    expect(await positions.count(zone)).toBe(0);
    expect(await positions.has(zone, ann.id)).toBe(false);
    expect(await positions.leave(zone, ann.id)).toBe(false);
    expect(await positions.forget(zone, ann.id)).toBe(false);
  });

  it('shows who has entered, as they were told, and only in their zone', async () => {
    await positions.enter(zone, those(ann, bob));
    expect(byName(await positions.snapshot(zone))).toEqual([ann, bob]);
    expect(await positions.has(zone, bob.id)).toBe(true);
    expect(await positions.snapshot(randomUUID())).toEqual([]);
  });

  it('tells who was there already, and takes entering twice for entering', async () => {
    expect(await positions.enter(zone, those(ann))).toEqual({ known: [], taken: [] });
    expect(await positions.enter(zone, those({ ...ann, x: 9 }, bob))).toEqual({ known: [ann.id], taken: [] });
    expect(byName(await positions.snapshot(zone))).toEqual([{ ...ann, x: 9 }, bob]);
    expect(await positions.count(zone)).toBe(2);
  });

  it('replaces what is told of those who are there', async () => {
    await positions.enter(zone, those(ann, bob));
    expect(await positions.update(zone, those({ ...ann, x: 50.25, facing: 3 }))).toEqual(NOTHING);
    expect(byName(await positions.snapshot(zone))).toEqual([{ ...ann, x: 50.25, facing: 3 }, bob]);
  });

  it('ends a stay for exactly one of those who end it', async () => {
    await positions.enter(zone, those(ann, bob));
    const ends = [positions.leave(zone, ann.id), positions.forget(zone, ann.id), positions.leave(zone, ann.id)];
    expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1);
    expect(await positions.snapshot(zone)).toEqual([bob]);
    expect(await positions.has(zone, ann.id)).toBe(false);
  });

  it('finds one entry new of all that come between two exits', async () => {
    const entries = await Promise.all([1, 2, 3].map((stay) => positions.enter(zone, inStay(stay, ann))));
    expect(entries.filter(({ known }) => known.length === 0)).toHaveLength(1);
    expect(await positions.leave(zone, ann.id)).toBe(true);
    expect(await positions.enter(zone, inStay(4, ann))).toEqual({ known: [], taken: [] });
  });

  it('never brings back one that has left, and says so', async () => {
    await positions.enter(zone, those(ann, bob));
    await positions.leave(zone, ann.id);
    expect(await positions.update(zone, those(ann, { ...bob, x: 7 }))).toEqual({ ...NOTHING, gone: [ann.id] });
    expect(await positions.snapshot(zone)).toEqual([{ ...bob, x: 7 }]);
  });

  it('holds a zone of a thousand', async () => {
    const crowd = those(...Array.from({ length: 1_000 }, (_, index) => player(`P${index}`, index / 8)));
    await positions.enter(zone, crowd);
    expect(await positions.update(zone, crowd)).toEqual(NOTHING);
    expect(await positions.snapshot(zone)).toHaveLength(1_000);
  });
});

describe('positions of zones on several nodes', () => {
  let zone: string;
  let here: ZonePositions;
  let there: ZonePositions;
  const ann = player('Ann');
  const bob = player('Bob');

  beforeEach(() => {
    zone = randomUUID();
    here = new RedisZonePositions(redis);
    there = new RedisZonePositions(redis);
  });

  it('are seen by all', async () => {
    await here.enter(zone, those(ann));
    await there.enter(zone, those(bob));
    for (const node of [here, there]) expect(byName(await node.snapshot(zone))).toEqual([ann, bob]);
    expect(await there.has(zone, ann.id)).toBe(true);
  });

  it('have a character on one node only: the last it entered through', async () => {
    await here.enter(zone, those(ann, bob));
    expect(await there.enter(zone, inStay(2, { ...ann, x: 77 }))).toEqual({ known: [ann.id], taken: [] });
    expect(await here.update(zone, those(ann, bob))).toEqual({ ...NOTHING, taken: [ann.id] });
    expect(await here.leave(zone, ann.id)).toBe(false);
    expect(byName(await here.snapshot(zone))).toEqual([{ ...ann, x: 77 }, bob]);
  });

  it('leave a character on the node of its later stay, whichever entry arrives last', async () => {
    await there.enter(zone, inStay(10, { ...ann, x: 77 }));
    expect(await here.enter(zone, inStay(9, ann, bob))).toEqual({ known: [], taken: [ann.id] });
    expect(await there.update(zone, inStay(10, { ...ann, x: 78 }))).toEqual(NOTHING);
    expect(await here.update(zone, inStay(9, ann, bob))).toEqual({ ...NOTHING, taken: [ann.id] });
    expect(byName(await there.snapshot(zone))).toEqual([{ ...ann, x: 78 }, bob]);
  });

  it('can be taken off by any node when the node that had them is dead', async () => {
    await here.enter(zone, those(ann, bob));
    expect(await there.leave(zone, ann.id)).toBe(false);
    expect(await there.forget(zone, ann.id)).toBe(true);
    expect(await there.snapshot(zone)).toEqual([bob]);
  });

  it('vanish with a node that does not tell of them any more', async () => {
    const dying = new RedisZonePositions(redis, 40);
    const living = new RedisZonePositions(redis, 60_000);
    await living.enter(zone, those(bob));
    await dying.enter(zone, those(ann));
    while (await living.has(zone, ann.id)) await living.update(zone, []);
    expect(await living.snapshot(zone)).toEqual([bob]);
    expect(await dying.update(zone, those(ann))).toEqual({ ...NOTHING, forgotten: true });
    await dying.enter(zone, those(ann));
    expect(byName(await living.snapshot(zone))).toEqual([ann, bob]);
  });

  it('are entered anew after Redis has lost them', async () => {
    await here.enter(zone, those(ann));
    await redis.del(...(await redis.keys(`*${zone}*`)));
    expect(await here.update(zone, [])).toEqual({ ...NOTHING, forgotten: true });
    expect(await here.snapshot(zone)).toEqual([]);
  });
});
