// A client that speaks Socket.IO's protocol over a raw WebSocket, and looks at no more of a frame than it must.
import { ageMs, clientFrame, StampedFrame, TEXT } from './frames.mjs';
import { asking, saying } from './payloads.mjs';
import { RawSocket } from './raw-socket.mjs';
import { tokenOf } from './tokens.mjs';

export const CLIENT_PATH = '/socket.io/?EIO=4&transport=websocket';
export const BEAT = clientFrame(TEXT, '3');
const SAID = Buffer.from('42["bench:said"');
const SYNC = Buffer.from('42["system:sync"');
const STAMP = Buffer.from('"t":');
const SUCCESS = Buffer.from('{"success":true');
const [CLOSE, PING, MESSAGE, CONNECT, EVENT, ACK, ERROR] = [...'1240234'].map((digit) => digit.charCodeAt(0));
const [SAY, ASK, OTHER] = ['1', '2', '3'];

const sayings = new Map();
const asked = new StampedFrame(TEXT, `42${ASK}${JSON.stringify(['bench:request', asking()])}`, STAMP);

function sayingIn(room) {
  if (!sayings.has(room)) {
    sayings.set(room, new StampedFrame(TEXT, `42${SAY}${JSON.stringify(['bench:say', saying(room)])}`, STAMP));
  }
  return sayings.get(room);
}

export const begins = (buffer, at, end, prefix) =>
  end - at >= prefix.length && buffer.compare(prefix, 0, prefix.length, at, at + prefix.length) === 0;

export class Client {
  /** Events that came, heard or not. */
  said = 0;
  onSaid = () => undefined;
  onAnswer = () => undefined;
  onEnd = () => undefined;
  /** What a session is known by, for who wants to come back to it. */
  sid;
  pid;
  offset;
  #wire;
  #waiting = [];

  /** Settles when the server has let the player in. `back`: `{ pid, offset }` of the session to come back to. */
  static connect(url, player, back = {}) {
    const client = new Client();
    return new Promise((resolve, reject) => {
      const open = clientFrame(TEXT, `40${JSON.stringify({ token: tokenOf(player), ...back })}`);
      client.#wire = new RawSocket(url, CLIENT_PATH, {
        onOpen: () => client.#wire.send(open),
        onFrame: (buffer, at, end) => client.#hear(buffer, at, end, resolve, reject),
        onEnd: (error) => (reject(error), client.onEnd(error)),
      });
    });
  }

  static async enter(url, player, room) {
    const client = await Client.connect(url, player);
    await client.send('bench:join', { room });
    return client;
  }

  /** Any command; settles with the answer. One after the other. */
  send(event, payload) {
    this.#wire.send(clientFrame(TEXT, `42${OTHER}${JSON.stringify([event, payload])}`));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  say(room) {
    this.#wire.send(sayingIn(room).now());
  }

  ask() {
    this.#wire.send(asked.now());
  }

  drop() {
    this.#wire.drop();
  }

  #hear(buffer, at, end, connected, refused) {
    if (buffer[at] === PING) return this.#wire.send(BEAT);
    if (buffer[at] === CLOSE || buffer[at] !== MESSAGE) return undefined;
    const kind = buffer[at + 1];
    if (kind === EVENT) return this.#event(buffer, at, end);
    if (kind === ACK) return this.#answer(buffer, at, end);
    if (kind === ERROR) return refused(new Error(buffer.toString('utf8', at, end)));
    if (kind !== CONNECT) return undefined;
    ({ sid: this.sid, pid: this.pid } = JSON.parse(buffer.toString('utf8', at + 2, end)));
    return connected(this);
  }

  #event(buffer, at, end) {
    if (begins(buffer, at, end, SAID)) {
      this.said++;
      return this.onSaid(buffer, at, end);
    }
    if (begins(buffer, at, end, SYNC)) return undefined;
    // Where a node's journal was not up yet, a later event tells the first offset.
    const last = JSON.parse(buffer.toString('utf8', at + 2, end)).at(-1);
    if (typeof last === 'string') this.offset = last;
    return undefined;
  }

  #answer(buffer, at, end) {
    const id = String.fromCharCode(buffer[at + 2]);
    if (id === OTHER) return this.#waiting.shift()(JSON.parse(buffer.toString('utf8', at + 3, end))[0]);
    if (!begins(buffer, at + 4, end, SUCCESS)) throw new Error(`refused: ${buffer.toString('utf8', at, end)}`);
    return id === ASK ? this.onAnswer() : undefined;
  }
}

/** How old a delivery is, in milliseconds. */
export function ageOf(buffer, at, end) {
  const found = buffer.indexOf(STAMP, at);
  if (found < 0 || found >= end) throw new Error('a delivery without a stamp');
  return ageMs(Number(buffer.latin1Slice(found + STAMP.length, found + STAMP.length + 13)));
}
