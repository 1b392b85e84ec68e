// Moves a character to random points; after a correction by the server it continues from there to another point.
import { emitCommand } from './client.mjs';

const STEP_MS = 125;
const SPEED_SHARE = 0.9;
/** The longest rest after an arrival, in milliseconds. */
const REST_MS = 1_500;

export class RandomStroll {
  #seq = 0;
  #target;
  #restUntil = 0;
  #timer;

  /** `within` is a box of the zone; `speed` in units per second. */
  constructor(socket, { x, y }, speed, within) {
    this.socket = socket;
    this.position = { x, y };
    this.within = within;
    this.stride = (speed * SPEED_SHARE * STEP_MS) / 1000;
    this.#target = this.#randomPoint();
    socket.on('character:correction', (corrected) => {
      this.position = { x: corrected.x, y: corrected.y };
      this.#target = this.#randomPoint();
    });
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** Sends an action that other players see; a refusal because of the rate limit is ignored. */
  async act(action, targetId) {
    await emitCommand(this.socket, 'character:action', { action, targetId }).catch(() => undefined);
  }

  #step() {
    if (this.#restUntil > Date.now()) return;
    const offset = { x: this.#target.x - this.position.x, y: this.#target.y - this.position.y };
    const distance = Math.hypot(offset.x, offset.y);
    if (distance < this.stride) {
      this.#target = this.#randomPoint();
      this.#restUntil = Date.now() + Math.random() * REST_MS;
      return;
    }
    const fraction = this.stride / distance;
    this.position = { x: this.position.x + offset.x * fraction, y: this.position.y + offset.y * fraction };
    const step = { seq: ++this.#seq, ...this.position, facing: Math.atan2(offset.y, offset.x) };
    this.socket.volatile.emit('character:move', step);
  }

  #randomPoint() {
    const { x, y, width, height } = this.within;
    return { x: x + Math.random() * width, y: y + Math.random() * height };
  }
}
