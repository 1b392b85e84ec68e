// A client of the plain WebSocket server.
import { clientFrame, StampedFrame, TEXT } from './frames.mjs';
import { asking, saying } from './payloads.mjs';
import { RawSocket } from './raw-socket.mjs';
import { ageOf } from './socketio.mjs';
import { tokenOf } from './tokens.mjs';

const STAMP = Buffer.from('"t":');
const sayings = new Map();
const asked = new StampedFrame(TEXT, JSON.stringify(['request', asking()]), STAMP);
const [SAID, REPLY, JOINED, WELCOME] = [...'srjw'].map((letter) => letter.charCodeAt(0));

export { ageOf };

export class Client {
  onSaid = () => undefined;
  onAnswer = () => undefined;
  onEnd = () => undefined;
  #wire;
  #joined;

  static connect(url, player) {
    const client = new Client();
    return new Promise((resolve, reject) => {
      client.#wire = new RawSocket(url, `/?token=${tokenOf(player)}`, {
        onFrame: (buffer, at, end) => client.#hear(buffer, at, end, resolve),
        onEnd: (error) => (reject(error), client.onEnd(error)),
      });
    });
  }

  static async enter(url, player, room) {
    const client = await Client.connect(url, player);
    client.#wire.send(clientFrame(TEXT, JSON.stringify(['join', { room }])));
    await new Promise((resolve) => (client.#joined = resolve));
    return client;
  }

  say(room) {
    if (!sayings.has(room)) sayings.set(room, new StampedFrame(TEXT, JSON.stringify(['say', saying(room)]), STAMP));
    this.#wire.send(sayings.get(room).now());
  }

  ask() {
    this.#wire.send(asked.now());
  }

  drop() {
    this.#wire.drop();
  }

  // The first letter of an event's name tells which it is.
  #hear(buffer, at, end, connected) {
    const letter = buffer[at + 2];
    if (letter === SAID) this.onSaid(buffer, at, end);
    else if (letter === REPLY) this.onAnswer();
    else if (letter === JOINED) this.#joined();
    else if (letter === WELCOME) connected(this);
  }
}
