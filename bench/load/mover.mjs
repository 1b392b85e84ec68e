// A client that walks, over a raw WebSocket: only those who watch look into what they are told.
import { BEAT, begins, CLIENT_PATH } from './socketio.mjs';
import { clientFrame, TEXT } from './frames.mjs';
import { RawSocket } from './raw-socket.mjs';
import { tokenOf } from './tokens.mjs';

const event = (name) => Buffer.from(`["${name}"`);
const CORRECTION = event('character:correction');
/** What tells positions, or whom they are of. */
const WATCHED = ['zone:moves', 'zone:state', 'zone:view'].map(event);
const [PING, MESSAGE, CONNECT, EVENT, ACK, ERROR, BINARY_EVENT] = [...'2402345'].map((digit) => digit.charCodeAt(0));

export class Mover {
  /** Steps that were refused. */
  corrected = 0;
  onEnd = () => undefined;
  #wire;
  #hearEvent;
  #selected;
  /** The event whose bytes come with the next frame; null for one that nobody looks into. */
  #header;

  /** `onEvent(name, payload)` makes it one that watches: positions, and whom they are of. */
  static connect(url, player, onEvent) {
    const mover = new Mover();
    mover.#hearEvent = onEvent;
    return new Promise((resolve, reject) => {
      const open = clientFrame(TEXT, `40${JSON.stringify({ token: tokenOf(player) })}`);
      mover.#wire = new RawSocket(url, CLIENT_PATH, {
        onOpen: () => mover.#wire.send(open),
        onFrame: (buffer, at, end) => mover.#hear(buffer, at, end, resolve, reject),
        onEnd: (error) => (reject(error), mover.onEnd(error)),
        brief: onEvent === undefined,
      });
    });
  }

  /** Settles with the answer when the character is in the world. */
  select(characterId, encoding) {
    const payload = { characterId, ...(encoding === 'binary' ? { encoding } : {}) };
    this.#wire.send(clientFrame(TEXT, `420${JSON.stringify(['character:select', payload])}`));
    return new Promise((resolve) => (this.#selected = resolve));
  }

  step({ seq, x, y, facing }) {
    this.#wire.send(clientFrame(TEXT, `42["character:move",{"seq":${seq},"x":${x},"y":${y},"facing":${facing}}]`));
  }

  get received() {
    return this.#wire.received;
  }

  drop() {
    this.#wire.drop();
  }

  #hear(buffer, at, end, connected, refused) {
    if (this.#header !== undefined) return this.#attachment(buffer, at, end);
    if (buffer[at] === PING) return this.#wire.send(BEAT);
    if (buffer[at] !== MESSAGE) return undefined;
    const kind = buffer[at + 1];
    if (kind === EVENT) return this.#event(buffer, at + 2, end);
    if (kind === BINARY_EVENT) return this.#binary(buffer, at, end);
    if (kind === ACK) return this.#selected(JSON.parse(buffer.toString('utf8', at + 3, end))[0]);
    if (kind === ERROR) return refused(new Error(buffer.toString('utf8', at, end)));
    return kind === CONNECT ? connected(this) : undefined;
  }

  #event(buffer, at, end) {
    if (begins(buffer, at, end, CORRECTION)) this.corrected++;
    else if (this.#hearEvent && WATCHED.some((prefix) => begins(buffer, at, end, prefix)))
      this.#hearEvent(...JSON.parse(buffer.toString('utf8', at, end)));
  }

  /** `451-["zone:moves",…]`, and its bytes in the next frame. */
  #binary(buffer, at, end) {
    this.#header = this.#hearEvent ? JSON.parse(buffer.toString('utf8', buffer.indexOf('-', at) + 1, end)) : null;
  }

  #attachment(buffer, at, end) {
    const header = this.#header;
    this.#header = undefined;
    if (header) this.#hearEvent(header[0], { ...header[1], moves: buffer.subarray(at, end) });
  }
}
