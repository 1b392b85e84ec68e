// A Socket.IO client over a raw WebSocket, which parses no more of a frame than it must.
import { ageMs, maskedFrame, StampedFrame, TEXT } from './frames.mjs';
import { requestPayload, chatPayload } from './payloads.mjs';
import { RawSocket } from './raw-socket.mjs';
import { tokenOf } from './tokens.mjs';

export const CLIENT_PATH = '/socket.io/?EIO=4&transport=websocket';
export const ENGINE_PONG_FRAME = maskedFrame(TEXT, '3');
const SAID = Buffer.from('42["bench:said"');
const SYNC = Buffer.from('42["system:sync"');
const STAMP = Buffer.from('"t":');
const SUCCESS = Buffer.from('{"success":true');
const [CLOSE, PING, MESSAGE, CONNECT, EVENT, ACK, ERROR] = [...'1240234'].map((digit) => digit.charCodeAt(0));
const [SAY, ASK, OTHER] = ['1', '2', '3'];

const chatFrames = new Map();
const requestFrame = new StampedFrame(TEXT, `42${ASK}${JSON.stringify(['bench:request', requestPayload()])}`, STAMP);

function chatFrameFor(room) {
  if (!chatFrames.has(room)) {
    chatFrames.set(room, new StampedFrame(TEXT, `42${SAY}${JSON.stringify(['bench:say', chatPayload(room)])}`, STAMP));
  }
  return chatFrames.get(room);
}

export const frameStartsWith = (buffer, at, end, prefix) =>
  end - at >= prefix.length && buffer.compare(prefix, 0, prefix.length, at, at + prefix.length) === 0;

export class Client {
  /** Number of `bench:said` events received. */
  said = 0;
  onSaid = () => undefined;
  onAnswer = () => undefined;
  onEnd = () => undefined;
  /** The session's ids and its last offset, with which a client can resume it. */
  sid;
  pid;
  offset;
  #socket;
  #pendingAcks = [];

  /** Resolves when the server has accepted the player. `auth`: `{ pid, offset }` to resume a session, or another `token`. */
  static connect(url, player, auth = {}) {
    const client = new Client();
    return new Promise((resolve, reject) => {
      const open = maskedFrame(TEXT, `40${JSON.stringify({ token: tokenOf(player), ...auth })}`);
      client.#socket = new RawSocket(url, CLIENT_PATH, {
        onOpen: () => client.#socket.send(open),
        onFrame: (buffer, at, end) => client.#onFrame(buffer, at, end, resolve, reject),
        onEnd: (error) => (reject(error), client.onEnd(error)),
      });
    });
  }

  static async enter(url, player, room) {
    const client = await Client.connect(url, player);
    await client.send('bench:join', { room });
    return client;
  }

  /** Sends any command and resolves with its ack. Acks are matched in order, so the server must answer in order. */
  send(event, payload) {
    this.#socket.send(maskedFrame(TEXT, `42${OTHER}${JSON.stringify([event, payload])}`));
    return new Promise((resolve) => this.#pendingAcks.push(resolve));
  }

  say(room) {
    this.#socket.send(chatFrameFor(room).now());
  }

  ask() {
    this.#socket.send(requestFrame.now());
  }

  drop() {
    this.#socket.drop();
  }

  #onFrame(buffer, at, end, onConnected, onRefused) {
    if (buffer[at] === PING) return this.#socket.send(ENGINE_PONG_FRAME);
    if (buffer[at] === CLOSE || buffer[at] !== MESSAGE) return undefined;
    const kind = buffer[at + 1];
    if (kind === EVENT) return this.#onEventPacket(buffer, at, end);
    if (kind === ACK) return this.#onAckPacket(buffer, at, end);
    if (kind === ERROR) return onRefused(new Error(buffer.toString('utf8', at, end)));
    if (kind !== CONNECT) return undefined;
    ({ sid: this.sid, pid: this.pid } = JSON.parse(buffer.toString('utf8', at + 2, end)));
    return onConnected(this);
  }

  #onEventPacket(buffer, at, end) {
    if (frameStartsWith(buffer, at, end, SAID)) {
      this.said++;
      return this.onSaid(buffer, at, end);
    }
    if (frameStartsWith(buffer, at, end, SYNC)) return undefined;
    // The last argument is the offset. Without a journal at connect time, a later event carries the first one.
    const last = JSON.parse(buffer.toString('utf8', at + 2, end)).at(-1);
    if (typeof last === 'string') this.offset = last;
    return undefined;
  }

  #onAckPacket(buffer, at, end) {
    const id = String.fromCharCode(buffer[at + 2]);
    if (id === OTHER) return this.#pendingAcks.shift()(JSON.parse(buffer.toString('utf8', at + 3, end))[0]);
    if (!frameStartsWith(buffer, at + 4, end, SUCCESS)) throw new Error(`refused: ${buffer.toString('utf8', at, end)}`);
    return id === ASK ? this.onAnswer() : undefined;
  }
}

/** The latency of a delivery, in milliseconds. */
export function ageOf(buffer, at, end) {
  const found = buffer.indexOf(STAMP, at);
  if (found < 0 || found >= end) throw new Error('a delivery carries no timestamp');
  return ageMs(Number(buffer.latin1Slice(found + STAMP.length, found + STAMP.length + 13)));
}
