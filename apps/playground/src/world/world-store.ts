/** What the page knows of the world besides the picture of each frame: the map, what is near, speech, and the target. */
import type { Client, ShownEntity, WorldView } from '@aeturnis/client';
import { computed, signal } from '@preact/signals';
import { Steering } from './steering';
import { groundAt, type MapExit, type PlayZoneMap, readZoneMap } from './zone-map';

const LIST_MS = 300;
/** Between two of them the list keeps its order, so that its buttons stay where they are. */
const SORT_MS = 4_000;
const POPULATION_MS = 10_000;
const SPEECH_MS = 4_000;

export interface Nearby {
  readonly id: string;
  readonly name: string;
  /** The class of a player, the kind of a monster. */
  readonly kind: string;
  readonly level: number;
  readonly isMonster: boolean;
  readonly status: string | undefined;
  /** In units. */
  readonly distance: number;
}

export interface NearbyExit extends MapExit {
  readonly distance: number;
}

export interface Speech {
  readonly text: string;
  readonly until: number;
  readonly isEmote: boolean;
}

/** Units from an exit within which it can be used. */
export const EXIT_REACH = 3;

export const isMonster = (entity: ShownEntity): boolean => 'kind' in entity;
export const entityName = (entity: ShownEntity): string =>
  'kind' in entity ? entity.kind.replace(/_/g, ' ') : entity.name;

export class WorldStore {
  readonly map = signal<PlayZoneMap | undefined>(undefined);
  readonly population = signal<number | undefined>(undefined);
  readonly nearby = signal<readonly Nearby[]>([]);
  readonly exits = signal<readonly NearbyExit[]>([]);
  readonly ground = signal<'safe' | 'hostile'>('safe');
  readonly targetId = signal<string | undefined>(undefined);
  readonly target = computed(() => this.nearby.value.find(({ id }) => id === this.targetId.value));
  readonly level = signal(1);
  readonly speech = new Map<string, Speech>();
  readonly steering: Steering;
  correctedAt = -Infinity;
  view: WorldView | undefined;
  /** While the list is used, its order stays. */
  isListInUse = false;
  /** The one that the character is in; undefined once the page is left. */
  private zone: string | undefined;
  private listedAt = 0;
  private sortedAt = -Infinity;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(private readonly client: Client) {
    this.steering = new Steering(client.world);
    client.on('chat:message', ({ from, text }) => this.say(from.characterId, text));
    client.on('chat:emote', ({ from, emote }) => this.say(from.characterId, emote, true));
    client.on('character:acted', ({ id, action }) => this.say(id, action.replace(/_/g, ' '), true));
    client.on('character:correction', () => (this.correctedAt = performance.now()));
    client.on('zone:state', ({ zone }) => this.enterZone(zone));
    for (const name of ['zone:player_joined', 'zone:player_left'] as const)
      client.on(name, () => void this.countPopulation());
    this.timer = setInterval(() => {
      void this.countPopulation();
      // It could not be read before.
      if (!this.map.value) void this.readMap();
    }, POPULATION_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.zone = undefined;
  }

  /** The picture of this frame. @param time as `requestAnimationFrame` gives it. */
  frame(time: number): WorldView {
    const view = this.client.world.at(time);
    this.view = view;
    if (view.own) this.steering.follow(view.own);
    if (time - this.listedAt > LIST_MS) this.list(view, time);
    return view;
  }

  positionOf(id: string): ShownEntity | undefined {
    return this.view?.others.find((entity) => entity.id === id);
  }

  /** The next one in the list, and undefined after the last one. */
  nextTarget(): string | undefined {
    const ids = this.nearby.value.map(({ id }) => id);
    const index = this.targetId.value === undefined ? -1 : ids.indexOf(this.targetId.value);
    return (this.targetId.value = ids[index + 1]);
  }

  /** @throws RequestError */
  async exit(exitId: string): Promise<void> {
    await this.client.world.exit(exitId);
  }

  private list(view: WorldView, time: number): void {
    this.listedAt = time;
    const { own } = view;
    if (!own) return;
    this.level.value = own.level;
    const distanceTo = ({ x, y }: { readonly x: number; readonly y: number }): number =>
      Math.round(Math.hypot(x - own.x, y - own.y));
    const near = view.others.map((entity) => nearbyOf(entity, distanceTo(entity)));
    this.nearby.value =
      this.isListInUse || time - this.sortedAt < SORT_MS ? this.inKnownOrder(near) : near.sort(byDistance);
    if (time - this.sortedAt >= SORT_MS) this.sortedAt = time;
    const { value: map } = this.map;
    if (!map) return;
    this.ground.value = groundAt(map, own.x, own.y);
    const exits = map.exits.map((exit) => ({ ...exit, distance: distanceTo(exit) }));
    this.exits.value = exits.sort((one, other) => one.distance - other.distance);
  }

  private inKnownOrder(near: Nearby[]): Nearby[] {
    const places = new Map(this.nearby.value.map(({ id }, place) => [id, place]));
    const placeOf = ({ id }: Nearby): number => places.get(id) ?? Infinity;
    return near.sort((one, other) => {
      const [place, otherPlace] = [placeOf(one), placeOf(other)];
      return place === otherPlace ? byDistance(one, other) : place - otherPlace;
    });
  }

  private say(id: string | undefined, text: string, isEmote = false): void {
    if (id !== undefined) this.speech.set(id, { text, isEmote, until: performance.now() + SPEECH_MS });
  }

  private enterZone(zone: string): void {
    if (this.zone !== zone) {
      this.zone = zone;
      this.map.value = undefined;
      this.population.value = undefined;
      this.targetId.value = undefined;
      this.speech.clear();
      void this.readMap();
    }
    void this.countPopulation();
  }

  private async readMap(): Promise<void> {
    const { zone } = this;
    const map = zone === undefined ? undefined : await readZoneMap(zone).catch(() => undefined);
    if (map && zone === this.zone) this.map.value = map;
  }

  private async countPopulation(): Promise<void> {
    const { zone } = this;
    if (zone === undefined || this.client.state.get().phase !== 'live') return;
    const counted = await this.client.request('zone:population', { zone }).catch(() => undefined);
    if (counted && zone === this.zone) this.population.value = counted.population;
  }
}

const byDistance = (one: Nearby, other: Nearby): number =>
  one.distance - other.distance || (one.id < other.id ? -1 : 1);

function nearbyOf(entity: ShownEntity, distance: number): Nearby {
  return {
    id: entity.id,
    name: entityName(entity),
    kind: 'kind' in entity ? entity.kind : entity.class,
    level: entity.level,
    isMonster: isMonster(entity),
    status: 'status' in entity ? entity.status : undefined,
    distance,
  };
}
