// A walking client over a raw WebSocket. Only watchers parse the events they receive.
import { ENGINE_PONG_FRAME, frameStartsWith, CLIENT_PATH } from './socketio.mjs';
import { maskedFrame, TEXT } from './frames.mjs';
import { RawSocket } from './raw-socket.mjs';
import { tokenOf } from './tokens.mjs';

const eventPrefix = (name) => Buffer.from(`["${name}"`);
const CORRECTION = eventPrefix('character:correction');
/** Events with positions, or with the numbers that identify their players. */
const WATCHED_EVENTS = ['zone:moves', 'zone:state', 'zone:view'].map(eventPrefix);
const [PING, MESSAGE, CONNECT, EVENT, ACK, ERROR, BINARY_EVENT] = [...'2402345'].map((digit) => digit.charCodeAt(0));

export class Mover {
  /** Steps that the server refused. */
  corrected = 0;
  onEnd = () => undefined;
  #socket;
  #onEvent;
  #resolveSelect;
  /** The event whose attachment is the next frame; null if this client ignores it. */
  #pendingHeader;

  /** A client with `onEvent(name, payload)` is a watcher: it receives the parsed `WATCHED_EVENTS`. */
  static connect(url, player, onEvent) {
    const mover = new Mover();
    mover.#onEvent = onEvent;
    return new Promise((resolve, reject) => {
      const open = maskedFrame(TEXT, `40${JSON.stringify({ token: tokenOf(player) })}`);
      mover.#socket = new RawSocket(url, CLIENT_PATH, {
        onOpen: () => mover.#socket.send(open),
        onFrame: (buffer, at, end) => mover.#onFrame(buffer, at, end, resolve, reject),
        onEnd: (error) => (reject(error), mover.onEnd(error)),
        brief: onEvent === undefined,
      });
    });
  }

  /** Resolves with the ack when the character is in the world. */
  select(characterId, encoding) {
    const payload = { characterId, ...(encoding === 'binary' ? { encoding } : {}) };
    this.#socket.send(maskedFrame(TEXT, `420${JSON.stringify(['character:select', payload])}`));
    return new Promise((resolve) => (this.#resolveSelect = resolve));
  }

  step({ seq, x, y, facing }) {
    this.#socket.send(maskedFrame(TEXT, `42["character:move",{"seq":${seq},"x":${x},"y":${y},"facing":${facing}}]`));
  }

  get received() {
    return this.#socket.received;
  }

  drop() {
    this.#socket.drop();
  }

  #onFrame(buffer, at, end, onConnected, onRefused) {
    if (this.#pendingHeader !== undefined) return this.#onAttachment(buffer, at, end);
    if (buffer[at] === PING) return this.#socket.send(ENGINE_PONG_FRAME);
    if (buffer[at] !== MESSAGE) return undefined;
    const kind = buffer[at + 1];
    if (kind === EVENT) return this.#onEventPacket(buffer, at + 2, end);
    if (kind === BINARY_EVENT) return this.#onBinaryHeader(buffer, at, end);
    if (kind === ACK) return this.#resolveSelect(JSON.parse(buffer.toString('utf8', at + 3, end))[0]);
    if (kind === ERROR) return onRefused(new Error(buffer.toString('utf8', at, end)));
    return kind === CONNECT ? onConnected(this) : undefined;
  }

  #onEventPacket(buffer, at, end) {
    if (frameStartsWith(buffer, at, end, CORRECTION)) this.corrected++;
    else if (this.#onEvent && WATCHED_EVENTS.some((prefix) => frameStartsWith(buffer, at, end, prefix)))
      this.#onEvent(...JSON.parse(buffer.toString('utf8', at, end)));
  }

  /** `451-["zone:moves",…]`; the next frame holds its attachment. */
  #onBinaryHeader(buffer, at, end) {
    this.#pendingHeader = this.#onEvent ? JSON.parse(buffer.toString('utf8', buffer.indexOf('-', at) + 1, end)) : null;
  }

  #onAttachment(buffer, at, end) {
    const header = this.#pendingHeader;
    this.#pendingHeader = undefined;
    if (header) this.#onEvent(header[0], { ...header[1], moves: buffer.subarray(at, end) });
  }
}
