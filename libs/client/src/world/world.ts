/** The world as the user's character sees it: one call a frame gives everything to draw. */
import type { CharacterView, EventName, ServerToClientEvents, ZoneEntryResult } from '@aeturnis/contracts';
import { RequestError } from '../base/request-error';
import { toWireId } from '../base/wire-id';
import type { ClientFeature, ClientServices } from '../client-feature';
import { type ShownEntity, WorldPicture } from './world-picture';
import { type WalkingMap, PredictedWalk } from './predicted-walk';

/** Before another attempt to select the character, such as in a zone that was full. */
const RETRY_MS = 3_000;

type PayloadOf<Name extends EventName> = Parameters<ServerToClientEvents[Name]>[0];

export interface WorldView {
  readonly zone: string;
  /** The own character, where the user has walked it. */
  readonly own: ShownEntity | undefined;
  /** Characters and monsters in view, a moment behind. */
  readonly others: readonly ShownEntity[];
}

export class World implements ClientFeature {
  private picture = new WorldPicture();
  private readonly walker: PredictedWalk;
  private character: CharacterView | undefined;
  /** Whether the current session plays the character. */
  private isSelected = false;
  private selection: { readonly characterId: string; readonly done: Promise<void> } | undefined;

  constructor(private readonly services: ClientServices) {
    this.walker = new PredictedWalk((step) => services.requests.send('character:move', step));
  }

  /** The played character; undefined before `enter`, and after another connection has taken it over. */
  get own(): CharacterView | undefined {
    return this.character;
  }

  /** Plays a character, also again after a connection that was not recovered. @throws RequestError */
  async enter(characterId: string): Promise<this> {
    await this.select(toWireId(characterId));
    return this;
  }

  /** Walks in this direction until it is called again; (0, 0) stands still. */
  walk(dx: number, dy: number): void {
    this.walker.walk(dx, dy);
  }

  /** Goes through an exit beside which the character stands. @throws RequestError */
  async exit(exitId: string): Promise<void> {
    this.place(await this.services.requests.request('zone:enter', { exitId }));
  }

  /** What to draw now; call it once a frame. @param frameTime as `requestAnimationFrame` gives it, of `performance.now()`; now if it is no time. */
  at(frameTime = NaN): WorldView {
    const now = this.services.clock.monotonic();
    const entities = this.picture.at(now);
    const id = this.character?.id;
    const seen = entities.find((entity) => entity.id === id);
    const pose = this.walker.at(Number.isFinite(frameTime) ? frameTime : now);
    return {
      zone: this.picture.zone,
      own: seen && { ...seen, ...pose },
      others: entities.filter((entity) => entity !== seen),
    };
  }

  receive(name: EventName, payload: object): void {
    const now = this.services.clock.monotonic();
    if (name === 'zone:state') this.picture.setState(payload as PayloadOf<'zone:state'>, now);
    else if (name === 'zone:view') this.picture.applyView(payload as PayloadOf<'zone:view'>, now);
    else if (name === 'zone:moves') this.picture.applyMoves(payload as PayloadOf<'zone:moves'>, now);
    else if (name === 'character:correction') this.walker.correct(payload as PayloadOf<'character:correction'>);
    else if (name === 'system:connected') this.reselect();
    else if (name === 'character:released') {
      if (this.character?.id === (payload as PayloadOf<'character:released'>).characterId) this.character = undefined;
    } else if (name === 'character:updated' || name === 'character:status_changed')
      this.picture.change((payload as PayloadOf<'character:updated'>).id, payload);
  }

  /** After a connection that was not recovered: the new session plays no character yet. */
  resume(): void {
    this.isSelected = false;
    this.reselect();
  }

  private reselect(): void {
    // A selection on its way is sent again by itself.
    if (!this.character || this.isSelected || this.selection) return;
    this.select(this.character.id).catch((error: unknown) => {
      const { code, retryable, retryAfterMs = RETRY_MS } = error as RequestError;
      // The next connection selects the character.
      if (code === 'OFFLINE' || code === 'CLOSED') return;
      if (retryable) this.services.clock.after(retryAfterMs, () => this.reselect());
      else this.character = undefined;
    });
  }

  reset(): void {
    this.picture = new WorldPicture();
    this.character = undefined;
    this.isSelected = false;
    this.walk(0, 0);
  }

  /** A second call for the same character waits for the first one. */
  private select(characterId: string): Promise<void> {
    if (this.selection?.characterId === characterId) return this.selection.done;
    if (this.selection) return Promise.reject(new RequestError('CONFLICT', 'another character is being selected'));
    const done = this.services.requests
      .request('character:select', { characterId, encoding: 'binary' }, { isResent: true })
      .then((entry) => this.place(entry))
      .finally(() => (this.selection = undefined));
    this.selection = { characterId, done };
    return done;
  }

  private place({ character, speed, zone }: ZoneEntryResult): void {
    this.character = character;
    this.isSelected = true;
    this.walker.enter(undefined);
    this.walker.place(character, speed);
    // Until the map is there, only the server knows the obstacles.
    this.services.http.getPublic<WalkingMap>(`/api/zones/${zone}`, 'obstacles').then(
      (map) => zone === this.picture.zone && this.walker.enter(map),
      () => undefined,
    );
  }
}
