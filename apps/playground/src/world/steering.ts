/** Where the visitor wants to walk: by the keys, the stick, or to a place that was chosen from the list. */
import type { World } from '@aeturnis/client';

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Units from the place at which the character stops. */
const ARRIVED = 1.8;
/** Without progress for this long, something is in the way. */
const STUCK_MS = 900;
const MIN_PROGRESS = 0.3;

export interface Destination {
  /** Undefined once it is out of sight. */
  position(): Place | undefined;
  onEnd(hasArrived: boolean): void;
}

export class Steering {
  private keys: Place = { x: 0, y: 0 };
  private stick: Place = { x: 0, y: 0 };
  private destination: Destination | undefined;
  private nearest = Infinity;
  private nearestAt = 0;

  constructor(private readonly world: World) {}

  setKeys(x: number, y: number): void {
    this.keys = { x, y };
    this.steer();
  }

  setStick(x: number, y: number): void {
    this.stick = { x, y };
    this.steer();
  }

  walkTo(destination: Destination): void {
    this.destination = destination;
    this.nearest = Infinity;
    this.nearestAt = performance.now();
  }

  /** Once a frame, with the position of the character. */
  follow(own: Place): void {
    const { destination } = this;
    if (!destination) return;
    const place = destination.position();
    const distance = place ? Math.hypot(place.x - own.x, place.y - own.y) : Infinity;
    const now = performance.now();
    if (distance < this.nearest - MIN_PROGRESS) [this.nearest, this.nearestAt] = [distance, now];
    if (!place || distance < ARRIVED || now - this.nearestAt > STUCK_MS) {
      this.destination = undefined;
      this.world.walk(0, 0);
      destination.onEnd(distance < ARRIVED);
    } else this.world.walk(place.x - own.x, place.y - own.y);
  }

  private steer(): void {
    const [x, y] = [this.keys.x + this.stick.x, this.keys.y + this.stick.y];
    // The visitor takes over.
    if (x !== 0 || y !== 0) this.destination = undefined;
    if (!this.destination) this.world.walk(x, y);
  }
}
