// A client of Colyseus 0.18: a seat is reserved over HTTP, then taken over a WebSocket with binary messages.
import { connect } from 'node:net';
import { Packr } from 'msgpackr';
import { ageMs, BINARY, clientFrame, StampedFrame } from './frames.mjs';
import { asking, saying } from './payloads.mjs';
import { RawSocket } from './raw-socket.mjs';
import { tokenOf } from './tokens.mjs';

const [JOINED, ERROR, DATA, REQUEST, RESPONSE] = [10, 11, 13, 21, 22];
const TAKEN = clientFrame(BINARY, [JOINED]);
const ROOM_SIZE = 50;
const packer = new Packr({ useRecords: false });
// A field of one letter, and a double.
const STAMP = Buffer.from([0xa1, 't'.charCodeAt(0), 0xcb]);

const text = (value) => Buffer.concat([Buffer.from([0xa0 | value.length]), Buffer.from(value)]);
const request = (id, name, payload) =>
  new StampedFrame(BINARY, Buffer.concat([Buffer.from([REQUEST, id]), text(name), packer.pack(payload)]), STAMP);
const [SAY, ASK] = [1, 2];
const sayings = new Map();
const asked = request(ASK, 'request', asking());

/** The connection ends with a reset here too. */
function reserve(url, player, room) {
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
    tcp.once('close', () => reject(new Error('no seat was given')));
    tcp.on('data', (chunk) => {
      answer += chunk;
      const seat = seatIn(answer);
      if (!seat) return;
      tcp.resetAndDestroy();
      if (seat.error) reject(new Error(answer));
      else resolve(seat);
    });
  });
}

function seatIn(answer) {
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
  #wire;

  /** Nobody is connected without being in a room. */
  static connect(url, player) {
    return Client.enter(url, player, `room-${Math.floor(player / ROOM_SIZE)}`);
  }

  static async enter(url, player, room) {
    const { roomId, processId, sessionId } = await reserve(url, player, room);
    const client = new Client();
    const path = `/${processId}/${roomId}?sessionId=${sessionId}&_authToken=${tokenOf(player)}`;
    return new Promise((resolve, reject) => {
      client.#wire = new RawSocket(url, path, {
        onFrame: (buffer, at, end) => client.#hear(buffer, at, end, resolve, reject),
        onEnd: (error) => (reject(error), client.onEnd(error)),
      });
    });
  }

  say(room) {
    if (!sayings.has(room)) sayings.set(room, request(SAY, 'say', saying(room)));
    this.#wire.send(sayings.get(room).now());
  }

  ask() {
    this.#wire.send(asked.now());
  }

  drop() {
    this.#wire.drop();
  }

  #hear(buffer, at, end, connected, refused) {
    const code = buffer[at];
    if (code === DATA) this.onSaid(buffer, at, end);
    else if (code === RESPONSE && buffer[at + 1] === ASK) this.onAnswer();
    else if (code === ERROR) refused(new Error(buffer.latin1Slice(at, end)));
    else if (code === JOINED) {
      this.#wire.send(TAKEN);
      connected(this);
    }
  }
}

export function ageOf(buffer, at, end) {
  const found = buffer.indexOf(STAMP, at);
  if (found < 0 || found >= end) throw new Error('a delivery without a stamp');
  return ageMs(buffer.readDoubleBE(found + STAMP.length));
}
