// A client of the plain WebSocket server, `servers/ws.mjs`.
import { maskedFrame, StampedFrame, TEXT } from './frames.mjs';
import { requestPayload, chatPayload } from './payloads.mjs';
import { RawSocket } from './raw-socket.mjs';
import { ageOf } from './socketio.mjs';
import { tokenOf } from './tokens.mjs';

const STAMP = Buffer.from('"t":');
const chatFrames = new Map();
const requestFrame = new StampedFrame(TEXT, JSON.stringify(['request', requestPayload()]), STAMP);
const [SAID, REPLY, JOINED, WELCOME] = [...'srjw'].map((letter) => letter.charCodeAt(0));

export { ageOf };

export class Client {
  onSaid = () => undefined;
  onAnswer = () => undefined;
  onEnd = () => undefined;
  #socket;
  #resolveJoin;

  static connect(url, player) {
    const client = new Client();
    return new Promise((resolve, reject) => {
      client.#socket = new RawSocket(url, `/?token=${tokenOf(player)}`, {
        onFrame: (buffer, at, end) => client.#onFrame(buffer, at, end, resolve),
        onEnd: (error) => (reject(error), client.onEnd(error)),
      });
    });
  }

  static async enter(url, player, room) {
    const client = await Client.connect(url, player);
    client.#socket.send(maskedFrame(TEXT, JSON.stringify(['join', { room }])));
    await new Promise((resolve) => (client.#resolveJoin = resolve));
    return client;
  }

  say(room) {
    if (!chatFrames.has(room))
      chatFrames.set(room, new StampedFrame(TEXT, JSON.stringify(['say', chatPayload(room)]), STAMP));
    this.#socket.send(chatFrames.get(room).now());
  }

  ask() {
    this.#socket.send(requestFrame.now());
  }

  drop() {
    this.#socket.drop();
  }

  // The first letter of its name identifies an event.
  #onFrame(buffer, at, end, onConnected) {
    const letter = buffer[at + 2];
    if (letter === SAID) this.onSaid(buffer, at, end);
    else if (letter === REPLY) this.onAnswer();
    else if (letter === JOINED) this.#resolveJoin();
    else if (letter === WELCOME) onConnected(this);
  }
}
