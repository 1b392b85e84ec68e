/** Positions of the zones of a cluster, in Redis. */
import { randomUUID } from 'node:crypto';
import type { ZonePlayer } from '@aeturnis/contracts';
import type { Redis } from 'ioredis';
import { type EntryOutcome, type UpdateOutcome, type Visible, ZonePositions } from './zone-positions';
import { definePositionScripts, type PositionsRedis } from './zone-positions-scripts';

/** Longer than the lease of a dead node: its players are told to have left before they vanish here. */
const TTL_MS = 60_000;

const encode = (players: readonly Visible[]): string[] =>
  players.flatMap((player) => [player.id, `${player.stay} ${JSON.stringify(player.asSeenByOthers())}`]);

export class RedisZonePositions extends ZonePositions {
  readonly shared = true;
  private readonly redis: PositionsRedis;
  /** New with every start, so that a node does not take what it held in an earlier life for its own. */
  private readonly node = randomUUID();

  constructor(
    redis: Redis,
    private readonly ttlMs = TTL_MS,
  ) {
    super();
    this.redis = definePositionScripts(redis);
  }

  async enter(zone: string, players: readonly Visible[]): Promise<EntryOutcome> {
    const [known, taken] = await this.redis.positionsEnter(base(zone), this.node, this.ttlMs, ...encode(players));
    return { known, taken };
  }

  async update(zone: string, players: readonly Visible[]): Promise<UpdateOutcome> {
    const found = await this.redis.positionsUpdate(base(zone), this.node, this.ttlMs, ...encode(players));
    const [taken, gone] = found ?? [[], []];
    return { forgotten: found === null, taken, gone };
  }

  async leave(zone: string, characterId: string): Promise<boolean> {
    return (await this.redis.hdel(`${base(zone)}:node:${this.node}`, characterId)) > 0;
  }

  async forget(zone: string, characterId: string): Promise<boolean> {
    return (await this.redis.positionsForget(base(zone), characterId)) > 0;
  }

  async has(zone: string, characterId: string): Promise<boolean> {
    return (await this.redis.positionsHas(base(zone), characterId)) > 0;
  }

  async count(zone: string): Promise<number> {
    return this.redis.positionsCount(base(zone));
  }

  async snapshot(zone: string): Promise<ZonePlayer[]> {
    const players = await this.redis.positionsSnapshot(base(zone));
    return players.map((player) => JSON.parse(player) as ZonePlayer);
  }
}

const base = (zone: string): string => `{zone:${zone}}:places`;
