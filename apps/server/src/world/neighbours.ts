/**
 * Makes the characters of all nodes seen on each. Once a tick every node tells the others, in one message for each zone,
 * which of its own have moved, come or gone, and once a second where all of them are. Nothing of that is kept: what is not
 * heard is made good by the next full message.
 */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ZonePlayer } from '@aeturnis/contracts';
import { RedisService } from '@aeturnis/platform';
import { Clock, ClusterBus } from '@aeturnis/realtime';
import { HeldElsewhere, UNKNOWN_NODE } from './area/held-elsewhere';
import type { Inhabitant } from './area/inhabitant';
import { OwnNews, type Told } from './area/own-news';
import { PlayedCharacters } from './played-characters';
import { Surroundings } from './surroundings';
import { ZoneTicker } from './zone-ticker';
import { Atlas } from './zones/atlas';

const TOPIC = 'world:neighbours';
const FULL_EVERY = 10;

interface ZoneNews {
  readonly own: OwnNews;
  readonly elsewhere: HeldElsewhere;
}

@Injectable()
export class Neighbours implements OnModuleInit {
  /** New with every start: what was heard of an earlier life is over. */
  private readonly node = randomUUID();
  private readonly zones: ReadonlyMap<string, ZoneNews>;
  private upSince = 0;
  private fullAt = 0;

  constructor(
    atlas: Atlas,
    private readonly surroundings: Surroundings,
    private readonly played: PlayedCharacters,
    private readonly ticker: ZoneTicker,
    private readonly bus: ClusterBus,
    private readonly redis: RedisService,
    private readonly clock: Clock,
  ) {
    const zones = [...atlas.zones.keys()];
    this.zones = new Map(zones.map((zone) => [zone, { own: new OwnNews(), elsewhere: new HeldElsewhere() }]));
  }

  onModuleInit(): void {
    this.bus.on<Told>(TOPIC, (told) => this.hear(told));
    this.redis.onStateChange((state) => {
      if (state === 'up') this.upSince = this.clock.now();
    });
    this.surroundings.onMoved((zone, moved) => this.collect(zone, moved));
    this.ticker.onTick((tick) => this.tick(tick));
  }

  /** A character is played on this node from now on. */
  arrived(zone: string, id: string): void {
    const news = this.zones.get(zone);
    news?.elsewhere.forget(id);
    news?.own.isBack(id);
  }

  /** A character of this node has left the zone. */
  left(zone: string, id: string): void {
    const news = this.zones.get(zone);
    if (!news) return;
    this.surroundings.remove(zone, id);
    news.elsewhere.left(id, this.clock.now());
    news.own.left(id);
  }

  /** Another connection goes on with a character of this node; if it does not, the character vanishes after a while. */
  handedOver(zone: string, id: string): void {
    this.zones.get(zone)?.elsewhere.heard(id, UNKNOWN_NODE, this.clock.now());
  }

  /** Nobody plays this character any more; its node may have died without a word. */
  vacated(zone: string, id: string): void {
    this.bus.publish(TOPIC, { node: UNKNOWN_NODE, zone, here: [], gone: [id] } satisfies Told);
  }

  /** Those whom the store knows and this node has not heard of yet. */
  fill(zone: string, stored: readonly ZonePlayer[]): void {
    const news = this.zones.get(zone);
    for (const player of stored) {
      const known = this.played.get(player.id) ?? this.surroundings.get(zone, player.id);
      if (!news || known || news.elsewhere.hasJustLeft(player.id)) continue;
      const { x, y, facing, ...about } = player;
      this.surroundings.put(zone, about, { x, y, facing });
      news.elsewhere.heard(about.id, UNKNOWN_NODE, this.clock.now());
    }
  }

  private collect(zone: string, moved: readonly Inhabitant[]): void {
    if (this.redis.state !== 'up') return;
    const news = this.zones.get(zone);
    for (const one of moved) if (this.isOwn(zone, one.id)) news?.own.moved(one);
  }

  private tick(tick: number): void {
    const full = tick >= this.fullAt;
    if (full) this.fullAt = tick + FULL_EVERY;
    for (const [zone, news] of this.zones) this.tell(zone, news, full);
    if (full && this.redis.state !== 'down') this.sweep();
  }

  private tell(zone: string, { own }: ZoneNews, full: boolean): void {
    if (this.redis.state !== 'up') return;
    const played = full ? this.played.presentIn(zone) : [];
    const all = played.map(({ id }) => this.surroundings.get(zone, id)).filter((one) => one !== undefined);
    const told = own.take(full ? all : null);
    if (told) this.bus.publish(TOPIC, { node: this.node, zone, ...told } satisfies Told);
  }

  private hear({ node, zone, here, gone }: Told): void {
    const news = this.zones.get(zone);
    // Two nodes may know different worlds, for the time of an update.
    if (!news || node === this.node) return;
    const now = this.clock.now();
    for (const [id, x, y, facing, name, characterClass, level, status] of here) {
      if (this.played.get(id)?.present) continue;
      if (name !== undefined && characterClass !== undefined && level !== undefined)
        this.surroundings.put(
          zone,
          { id, name, class: characterClass, level, ...(status && { status }) },
          { x, y, facing },
        );
      else this.surroundings.move(zone, id, { x, y, facing });
      news.elsewhere.heard(id, node, now);
    }
    for (const id of gone) {
      if (this.played.get(id)?.present || !news.elsewhere.isFor(id, node)) continue;
      news.elsewhere.left(id, now);
      this.surroundings.remove(zone, id);
    }
  }

  private sweep(): void {
    const now = this.clock.now();
    for (const [zone, { elsewhere }] of this.zones) {
      for (const id of elsewhere.takeSilent(now, this.upSince)) {
        if (!this.isOwn(zone, id)) this.surroundings.remove(zone, id);
      }
    }
  }

  private isOwn(zone: string, id: string): boolean {
    const played = this.played.get(id);
    return played !== undefined && played.present && played.zone.id === zone;
  }
}
