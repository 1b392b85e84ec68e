/**
 * Replicates the characters of each node to all others. Once per tick a node publishes, in one message per zone, which of
 * its characters have moved, entered or left, and once per second the positions of all. Messages are not stored: the next
 * full message repairs what a lost one leaves wrong.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ZonePlayer } from '@aeturnis/contracts';
import { NodeIdentity, RedisService } from '@aeturnis/platform';
import { Clock, ClusterBus } from '@aeturnis/realtime';
import { RemoteOwners, UNKNOWN_NODE } from './remote-owners';
import type { Entity } from '../interest/entity';
import { ReplicationDelta, type ZoneReplicationMessage } from './replication-delta';
import { PlayedCharacters } from '../played-characters/played-characters';
import { InterestManager } from '../interest/interest-manager';
import { ZoneTicker } from '../zone-ticker';
import { Atlas } from '../zones/atlas';

const TOPIC = 'world:neighbours';
const FULL_STATE_INTERVAL_TICKS = 10;

interface ZoneReplicationState {
  readonly delta: ReplicationDelta;
  readonly remoteOwners: RemoteOwners;
}

@Injectable()
export class ZoneReplication implements OnModuleInit {
  private readonly zones: ReadonlyMap<string, ZoneReplicationState>;
  private redisUpSince = 0;
  private nextFullTick = 0;

  constructor(
    atlas: Atlas,
    private readonly interest: InterestManager,
    private readonly played: PlayedCharacters,
    private readonly ticker: ZoneTicker,
    private readonly bus: ClusterBus,
    private readonly redis: RedisService,
    private readonly clock: Clock,
    private readonly identity: NodeIdentity,
  ) {
    const zones = [...atlas.zones.keys()];
    this.zones = new Map(
      zones.map((zone) => [zone, { delta: new ReplicationDelta(), remoteOwners: new RemoteOwners() }]),
    );
  }

  onModuleInit(): void {
    this.bus.subscribe<ZoneReplicationMessage>(TOPIC, (message) => this.onRemoteMessage(message));
    this.redis.onStateChange((state) => {
      if (state === 'up') this.redisUpSince = this.clock.now();
    });
    this.interest.onMoved((zone, moved) => this.recordMoves(zone, moved));
    this.ticker.onTick((tick) => this.tick(tick));
  }

  /** A character is played on this node from now on; pending departures of it are cancelled. */
  addOwnCharacter(zone: string, id: string): void {
    const state = this.zones.get(zone);
    state?.remoteOwners.remove(id);
    state?.delta.cancelDeparture(id);
  }

  /**
   * A character of this node has left the zone: hides it here and publishes its departure at once. So the other nodes
   * get it before `zone:player_left`, and a newcomer who enters after that event is not shown the character.
   */
  removeOwnCharacter(zone: string, id: string): void {
    const state = this.zones.get(zone);
    if (!state) return;
    this.interest.remove(zone, id);
    state.remoteOwners.markDeparted(id, this.clock.now());
    state.delta.recordDeparture(id);
    this.publishZone(zone, state, false);
  }

  /** Another connection takes the character over from this node. If no node reports it, it expires after 11 s. */
  markHandedOver(zone: string, id: string): void {
    this.zones.get(zone)?.remoteOwners.markSeen(id, UNKNOWN_NODE, this.clock.now());
  }

  /** Publishes that no connection plays this character any more: its node may have died without publishing it. */
  publishVacated(zone: string, id: string): void {
    this.bus.publish(TOPIC, { node: UNKNOWN_NODE, zone, here: [], gone: [id] } satisfies ZoneReplicationMessage);
  }

  /** Shows the players of the store that no replication message has reported to this node yet. */
  addStoredPlayers(zone: string, stored: readonly ZonePlayer[]): void {
    const state = this.zones.get(zone);
    for (const player of stored) {
      const known = this.played.get(player.id) ?? this.interest.get(zone, player.id);
      if (!state || known || state.remoteOwners.hasRecentlyDeparted(player.id)) continue;
      const { x, y, facing, ...profile } = player;
      this.interest.upsert(zone, profile, { x, y, facing });
      state.remoteOwners.markSeen(profile.id, UNKNOWN_NODE, this.clock.now());
    }
  }

  private recordMoves(zone: string, moved: readonly Entity[]): void {
    if (this.redis.state !== 'up') return;
    const state = this.zones.get(zone);
    for (const entity of moved) if (this.isOwn(zone, entity.id)) state?.delta.recordMove(entity);
  }

  private tick(tick: number): void {
    const isFull = tick >= this.nextFullTick;
    if (isFull) this.nextFullTick = tick + FULL_STATE_INTERVAL_TICKS;
    for (const [zone, state] of this.zones) this.publishZone(zone, state, isFull);
    if (isFull && this.redis.state !== 'down') this.removeExpired();
  }

  private publishZone(zone: string, { delta }: ZoneReplicationState, isFull: boolean): void {
    if (this.redis.state !== 'up') return;
    const played = isFull ? this.played.presentIn(zone) : [];
    const entities = played.map(({ id }) => this.interest.get(zone, id)).filter((entity) => entity !== undefined);
    const message = delta.take(isFull ? entities : null);
    // By incarnation, so that other nodes do not attribute departures to a previous process of this node.
    const node = this.identity.incarnation;
    if (message) this.bus.publish(TOPIC, { node, zone, ...message } satisfies ZoneReplicationMessage);
  }

  private onRemoteMessage({ node, zone, here, gone: departed }: ZoneReplicationMessage): void {
    const state = this.zones.get(zone);
    // During a rolling update another node may have zones that this one does not.
    if (!state || node === this.identity.incarnation) return;
    const now = this.clock.now();
    for (const [id, x, y, facing, name, characterClass, level, status] of here) {
      if (this.played.get(id)?.isPresent) continue;
      if (name !== undefined && characterClass !== undefined && level !== undefined)
        this.interest.upsert(
          zone,
          { id, name, class: characterClass, level, ...(status && { status }) },
          { x, y, facing },
        );
      else this.interest.move(zone, id, { x, y, facing });
      state.remoteOwners.markSeen(id, node, now);
    }
    for (const id of departed) {
      if (this.played.get(id)?.isPresent || !state.remoteOwners.isOwnedBy(id, node)) continue;
      state.remoteOwners.markDeparted(id, now);
      this.interest.remove(zone, id);
    }
  }

  private removeExpired(): void {
    const now = this.clock.now();
    for (const [zone, { remoteOwners }] of this.zones) {
      for (const id of remoteOwners.takeExpired(now, this.redisUpSince)) {
        if (!this.isOwn(zone, id)) this.interest.remove(zone, id);
      }
    }
  }

  private isOwn(zone: string, id: string): boolean {
    const played = this.played.get(id);
    return played !== undefined && played.isPresent && played.zone.id === zone;
  }
}
