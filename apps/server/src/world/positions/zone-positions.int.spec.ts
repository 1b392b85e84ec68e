/** One conformance suite for both position stores, and tests of several nodes with Redis. */
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { ZonePlayer } from '@aeturnis/contracts';
import { Redis } from 'ioredis';
import { MemoryZonePositions } from './memory-zone-positions';
import { RedisZonePositions } from './redis-zone-positions';
import type { ZoneOccupant, ZonePositions } from './zone-positions';
import { commonRedisUrl } from '../../../../../test/support/service-urls';

const NOTHING = { isNodeUnknown: false, taken: [], missing: [] };

function player(name: string, x = 1): ZonePlayer {
  return { id: randomUUID(), name, class: 'mage', level: 1, x, y: 2, facing: 0.5 };
}

const inStay = (stay: number, ...players: ZonePlayer[]): ZoneOccupant[] =>
  players.map((view) => ({ id: view.id, stay, publicView: () => view }));
const occupants = (...players: ZonePlayer[]): ZoneOccupant[] => inStay(1, ...players);

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
  ['in Redis', () => new RedisZonePositions(redis, randomUUID())],
])('zone positions %s', (_, create) => {
  let positions: ZonePositions;
  let zone: string;
  const ann = player('Ann');
  const bob = player('Bob');

  beforeEach(() => {
    positions = create();
    zone = randomUUID();
  });

  it('reports an unknown zone as empty', async () => {
    expect(await positions.snapshot(zone)).toEqual([]);
    expect(await positions.count(zone)).toBe(0);
    expect(await positions.has(zone, ann.id)).toBe(false);
    expect(await positions.leave(zone, ann.id)).toBe(false);
    expect(await positions.evict(zone, ann.id)).toBe(false);
  });

  it('returns the views of entered players, in their zone only', async () => {
    await positions.enter(zone, occupants(ann, bob));
    expect(byName(await positions.snapshot(zone))).toEqual([ann, bob]);
    expect(await positions.has(zone, bob.id)).toBe(true);
    expect(await positions.snapshot(randomUUID())).toEqual([]);
  });

  it('reports players that were present already, and accepts a second entry', async () => {
    expect(await positions.enter(zone, occupants(ann))).toEqual({ known: [], taken: [] });
    expect(await positions.enter(zone, occupants({ ...ann, x: 9 }, bob))).toEqual({ known: [ann.id], taken: [] });
    expect(byName(await positions.snapshot(zone))).toEqual([{ ...ann, x: 9 }, bob]);
    expect(await positions.count(zone)).toBe(2);
  });

  it('replaces the views of present players', async () => {
    await positions.enter(zone, occupants(ann, bob));
    expect(await positions.update(zone, occupants({ ...ann, x: 50.25, facing: 3 }))).toEqual(NOTHING);
    expect(byName(await positions.snapshot(zone))).toEqual([{ ...ann, x: 50.25, facing: 3 }, bob]);
  });

  it('ends a stay for exactly one of several concurrent calls', async () => {
    await positions.enter(zone, occupants(ann, bob));
    const ends = [positions.leave(zone, ann.id), positions.evict(zone, ann.id), positions.leave(zone, ann.id)];
    expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1);
    expect(await positions.snapshot(zone)).toEqual([bob]);
    expect(await positions.has(zone, ann.id)).toBe(false);
  });

  it('reports exactly one of the entries between two leaves as new', async () => {
    const entries = await Promise.all([1, 2, 3].map((stay) => positions.enter(zone, inStay(stay, ann))));
    expect(entries.filter(({ known }) => known.length === 0)).toHaveLength(1);
    expect(await positions.leave(zone, ann.id)).toBe(true);
    expect(await positions.enter(zone, inStay(4, ann))).toEqual({ known: [], taken: [] });
  });

  it('does not add a player that has left, and reports it as missing', async () => {
    await positions.enter(zone, occupants(ann, bob));
    await positions.leave(zone, ann.id);
    expect(await positions.update(zone, occupants(ann, { ...bob, x: 7 }))).toEqual({ ...NOTHING, missing: [ann.id] });
    expect(await positions.snapshot(zone)).toEqual([{ ...bob, x: 7 }]);
  });

  it('holds a zone of a thousand', async () => {
    const crowd = occupants(...Array.from({ length: 1_000 }, (_, index) => player(`P${index}`, index / 8)));
    await positions.enter(zone, crowd);
    expect(await positions.update(zone, crowd)).toEqual(NOTHING);
    expect(await positions.snapshot(zone)).toHaveLength(1_000);
  });
});

describe('zone positions on several nodes', () => {
  let zone: string;
  let west: ZonePositions;
  let east: ZonePositions;
  const ann = player('Ann');
  const bob = player('Bob');

  beforeEach(() => {
    zone = randomUUID();
    west = new RedisZonePositions(redis, randomUUID());
    east = new RedisZonePositions(redis, randomUUID());
  });

  it('are visible on all nodes', async () => {
    await west.enter(zone, occupants(ann));
    await east.enter(zone, occupants(bob));
    for (const node of [west, east]) expect(byName(await node.snapshot(zone))).toEqual([ann, bob]);
    expect(await east.has(zone, ann.id)).toBe(true);
  });

  it('hold a character on one node only, the last that entered it', async () => {
    await west.enter(zone, occupants(ann, bob));
    expect(await east.enter(zone, inStay(2, { ...ann, x: 77 }))).toEqual({ known: [ann.id], taken: [] });
    expect(await west.update(zone, occupants(ann, bob))).toEqual({ ...NOTHING, taken: [ann.id] });
    expect(await west.leave(zone, ann.id)).toBe(false);
    expect(byName(await west.snapshot(zone))).toEqual([{ ...ann, x: 77 }, bob]);
  });

  it('hold a character on the node of its later stay, in any order of entries', async () => {
    await east.enter(zone, inStay(10, { ...ann, x: 77 }));
    expect(await west.enter(zone, inStay(9, ann, bob))).toEqual({ known: [], taken: [ann.id] });
    expect(await east.update(zone, inStay(10, { ...ann, x: 78 }))).toEqual(NOTHING);
    expect(await west.update(zone, inStay(9, ann, bob))).toEqual({ ...NOTHING, taken: [ann.id] });
    expect(byName(await east.snapshot(zone))).toEqual([{ ...ann, x: 78 }, bob]);
  });

  it('can be evicted by any node after their node has died', async () => {
    await west.enter(zone, occupants(ann, bob));
    expect(await east.leave(zone, ann.id)).toBe(false);
    expect(await east.evict(zone, ann.id)).toBe(true);
    expect(await east.snapshot(zone)).toEqual([bob]);
  });

  it('expire without updates from their node', async () => {
    const dying = new RedisZonePositions(redis, randomUUID(), 40);
    const living = new RedisZonePositions(redis, randomUUID(), 60_000);
    await living.enter(zone, occupants(bob));
    await dying.enter(zone, occupants(ann));
    while (await living.has(zone, ann.id)) await living.update(zone, []);
    expect(await living.snapshot(zone)).toEqual([bob]);
    expect(await dying.update(zone, occupants(ann))).toEqual({ ...NOTHING, isNodeUnknown: true });
    await dying.enter(zone, occupants(ann));
    expect(byName(await living.snapshot(zone))).toEqual([ann, bob]);
  });

  it('have to be entered again after Redis has lost them', async () => {
    await west.enter(zone, occupants(ann));
    await redis.del(...(await redis.keys(`*${zone}*`)));
    expect(await west.update(zone, [])).toEqual({ ...NOTHING, isNodeUnknown: true });
    expect(await west.snapshot(zone)).toEqual([]);
  });
});
