/** The position store of a cluster, in Redis. */
import type { ZonePlayer } from '@aeturnis/contracts';
import type { Redis } from 'ioredis';
import { type EntryOutcome, type UpdateOutcome, type ZoneOccupant, ZonePositions } from './zone-positions';
import { definePositionScripts, type PositionsRedis } from './zone-positions-scripts';

/** Longer than the lease of a dead node: the leave of its players is announced before they expire here. */
const TTL_MS = 60_000;

const encodeOccupants = (players: readonly ZoneOccupant[]): string[] =>
  players.flatMap((player) => [player.id, `${player.stay} ${JSON.stringify(player.publicView())}`]);

export class RedisZonePositions extends ZonePositions {
  readonly isShared = true;
  private readonly redis: PositionsRedis;

  constructor(
    redis: Redis,
    /** The key of this node's entries. */
    private readonly incarnation: string,
    private readonly ttlMs = TTL_MS,
  ) {
    super();
    this.redis = definePositionScripts(redis);
  }

  async enter(zone: string, players: readonly ZoneOccupant[]): Promise<EntryOutcome> {
    const [known, taken] = await this.redis.positionsEnter(
      zoneKey(zone),
      this.incarnation,
      this.ttlMs,
      ...encodeOccupants(players),
    );
    return { known, taken };
  }

  async update(zone: string, players: readonly ZoneOccupant[]): Promise<UpdateOutcome> {
    const found = await this.redis.positionsUpdate(
      zoneKey(zone),
      this.incarnation,
      this.ttlMs,
      ...encodeOccupants(players),
    );
    const [taken, missing] = found ?? [[], []];
    return { isNodeUnknown: found === null, taken, missing };
  }

  async leave(zone: string, characterId: string): Promise<boolean> {
    return (await this.redis.hdel(`${zoneKey(zone)}:node:${this.incarnation}`, characterId)) > 0;
  }

  async evict(zone: string, characterId: string): Promise<boolean> {
    return (await this.redis.positionsEvict(zoneKey(zone), characterId)) > 0;
  }

  async has(zone: string, characterId: string): Promise<boolean> {
    return (await this.redis.positionsHas(zoneKey(zone), characterId)) > 0;
  }

  async count(zone: string): Promise<number> {
    return this.redis.positionsCount(zoneKey(zone));
  }

  async snapshot(zone: string): Promise<ZonePlayer[]> {
    const players = await this.redis.positionsSnapshot(zoneKey(zone));
    return players.map((player) => JSON.parse(player) as ZonePlayer);
  }
}

const zoneKey = (zone: string): string => `{zone:${zone}}:places`;
