// Walks about: to places by chance, and elsewhere from where the server puts it back.
import { command } from './client.mjs';

const STEP_MS = 125;
const PACE = 0.9;
/** How long it stands where it has arrived, at most. */
const REST_MS = 1_500;

export class Stroll {
  #seq = 0;
  #target;
  #restUntil = 0;
  #timer;

  /** `within` is a box of the zone; `speed` in units per second. */
  constructor(socket, { x, y }, speed, within) {
    this.socket = socket;
    this.place = { x, y };
    this.within = within;
    this.stride = (speed * PACE * STEP_MS) / 1000;
    this.#target = this.#anywhere();
    socket.on('character:correction', (right) => {
      this.place = { x: right.x, y: right.y };
      this.#target = this.#anywhere();
    });
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** Something the others see; one that is refused, for it is too soon, is none. */
  async act(action, targetId) {
    await command(this.socket, 'character:action', { action, targetId }).catch(() => undefined);
  }

  #step() {
    if (this.#restUntil > Date.now()) return;
    const along = { x: this.#target.x - this.place.x, y: this.#target.y - this.place.y };
    const left = Math.hypot(along.x, along.y);
    if (left < this.stride) {
      this.#target = this.#anywhere();
      this.#restUntil = Date.now() + Math.random() * REST_MS;
      return;
    }
    const share = this.stride / left;
    this.place = { x: this.place.x + along.x * share, y: this.place.y + along.y * share };
    const step = { seq: ++this.#seq, ...this.place, facing: Math.atan2(along.y, along.x) };
    this.socket.volatile.emit('character:move', step);
  }

  #anywhere() {
    const { x, y, width, height } = this.within;
    return { x: x + Math.random() * width, y: y + Math.random() * height };
  }
}
