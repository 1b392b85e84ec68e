// A client of Colyseus 0.18: it reserves a seat over HTTP, then joins over a WebSocket with binary messages.
import { connect } from 'node:net';
import { Packr } from 'msgpackr';
import { ageMs, BINARY, maskedFrame, StampedFrame } from './frames.mjs';
import { requestPayload, chatPayload } from './payloads.mjs';
import { RawSocket } from './raw-socket.mjs';
import { tokenOf } from './tokens.mjs';

const [JOINED, ERROR, DATA, REQUEST, RESPONSE] = [10, 11, 13, 21, 22];
const JOIN_CONFIRMATION_FRAME = maskedFrame(BINARY, [JOINED]);
const ROOM_SIZE = 50;
const packer = new Packr({ useRecords: false });
// MessagePack: a string of one letter as key, and the type byte of a double.
const STAMP = Buffer.from([0xa1, 't'.charCodeAt(0), 0xcb]);

const packString = (value) => Buffer.concat([Buffer.from([0xa0 | value.length]), Buffer.from(value)]);
const requestFrameOf = (id, name, payload) =>
  new StampedFrame(BINARY, Buffer.concat([Buffer.from([REQUEST, id]), packString(name), packer.pack(payload)]), STAMP);
const [SAY, ASK] = [1, 2];
const chatFrames = new Map();
const requestFrame = requestFrameOf(ASK, 'request', requestPayload());

/** Reserves a seat over a connection that is reset afterwards, as `RawSocket.drop` does. */
function reserveSeat(url, player, room) {
  const { hostname: host, port } = new URL(url);
  const body = JSON.stringify({ room });
  return new Promise((resolve, reject) => {
    const tcp = connect({ host, port: Number(port), noDelay: true });
    let answer = '';
    tcp.once('connect', () =>
      tcp.write(
        `POST /matchmake/joinOrCreate/bench HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Type: application/json\r\n` +
          `Accept: application/json\r\nAuthorization: Bearer ${tokenOf(player)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ),
    );
    tcp.once('error', reject);
    tcp.once('close', () => reject(new Error('the server closed the connection without reserving a seat')));
    tcp.on('data', (chunk) => {
      answer += chunk;
      const seat = parseSeat(answer);
      if (!seat) return;
      tcp.resetAndDestroy();
      if (seat.error) reject(new Error(answer));
      else resolve(seat);
    });
  });
}

function parseSeat(answer) {
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  const from = body.indexOf('{');
  try {
    return JSON.parse(body.slice(from, body.lastIndexOf('}') + 1));
  } catch {
    return undefined;
  }
}

export class Client {
  onSaid = () => undefined;
  onAnswer = () => undefined;
  onEnd = () => undefined;
  #socket;

  /** Colyseus has no connection outside a room, so each 50 players share one. */
  static connect(url, player) {
    return Client.enter(url, player, `room-${Math.floor(player / ROOM_SIZE)}`);
  }

  static async enter(url, player, room) {
    const { roomId, processId, sessionId } = await reserveSeat(url, player, room);
    const client = new Client();
    const path = `/${processId}/${roomId}?sessionId=${sessionId}&_authToken=${tokenOf(player)}`;
    return new Promise((resolve, reject) => {
      client.#socket = new RawSocket(url, path, {
        onFrame: (buffer, at, end) => client.#onFrame(buffer, at, end, resolve, reject),
        onEnd: (error) => (reject(error), client.onEnd(error)),
      });
    });
  }

  say(room) {
    if (!chatFrames.has(room)) chatFrames.set(room, requestFrameOf(SAY, 'say', chatPayload(room)));
    this.#socket.send(chatFrames.get(room).now());
  }

  ask() {
    this.#socket.send(requestFrame.now());
  }

  drop() {
    this.#socket.drop();
  }

  #onFrame(buffer, at, end, onConnected, onRefused) {
    const code = buffer[at];
    if (code === DATA) this.onSaid(buffer, at, end);
    else if (code === RESPONSE && buffer[at + 1] === ASK) this.onAnswer();
    else if (code === ERROR) onRefused(new Error(buffer.latin1Slice(at, end)));
    else if (code === JOINED) {
      this.#socket.send(JOIN_CONFIRMATION_FRAME);
      onConnected(this);
    }
  }
}

export function ageOf(buffer, at, end) {
  const found = buffer.indexOf(STAMP, at);
  if (found < 0 || found >= end) throw new Error('a delivery carries no timestamp');
  return ageMs(buffer.readDoubleBE(found + STAMP.length));
}
