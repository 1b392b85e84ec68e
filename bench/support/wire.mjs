// A client that speaks just enough Socket.IO to be cheap: what it costs is taken from the core that Redis needs too.
import { WebSocket } from 'ws';

const SAID = Buffer.from('["bench:said"');
const OPTIONS = { perMessageDeflate: false, skipUTF8Validation: true };
const [CLOSE, PING, MESSAGE, CONNECT, EVENT, ACK, ERROR] = [...'1240234'].map((digit) => digit.charCodeAt(0));

export class WireClient {
  /** Events that came, and who is to hear of each. */
  said = 0;
  onSaid = () => undefined;
  /** The id stays the same for who is recovered; the others are what it can come back by. */
  sid = undefined;
  pid = undefined;
  offset = undefined;
  #acks = new Map();
  #serial = 0;
  #ws;

  /** `back` names the session to come back to: `{ pid, offset }`. */
  static connect(url, token, back = {}) {
    const client = new WireClient();
    return new Promise((resolve, reject) => {
      client.#ws = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, OPTIONS);
      client.#ws.on('open', () => client.#ws.send(`40${JSON.stringify({ token, ...back })}`));
      client.#ws.on('error', reject);
      client.#ws.on('close', () => reject(new Error('closed')));
      client.#ws.on('message', (frame) => client.#hear(frame, () => resolve(client), reject));
    });
  }

  /** Settles with the answer. */
  send(event, payload) {
    const id = ++this.#serial;
    this.#ws.send(`42${id}${JSON.stringify([event, payload])}`);
    return new Promise((resolve) => this.#acks.set(id, resolve));
  }

  /** Without a goodbye. */
  drop() {
    this.#ws.terminate();
  }

  #hear(frame, connected, refused) {
    if (frame[0] === PING) return this.#ws.send('3');
    if (frame[0] === CLOSE || frame[0] !== MESSAGE) return undefined;
    if (frame[1] === EVENT) return this.#event(frame);
    const text = frame.toString();
    if (frame[1] === CONNECT) {
      ({ sid: this.sid, pid: this.pid } = JSON.parse(text.slice(2)));
      return connected();
    }
    if (frame[1] === ERROR) return refused(new Error(text));
    if (frame[1] !== ACK) return undefined;
    const [, id, answer] = /^43(\d+)(.*)$/.exec(text);
    this.#acks.get(Number(id))(JSON.parse(answer)[0]);
    return this.#acks.delete(Number(id));
  }

  #event(frame) {
    if (frame.compare(SAID, 0, SAID.length, 2, 2 + SAID.length) === 0) {
      this.said++;
      return this.onSaid();
    }
    // Where a node's journal was not up yet, a later event tells the first offset.
    const last = JSON.parse(frame.toString().slice(2)).at(-1);
    if (typeof last === 'string') this.offset = last;
    return undefined;
  }
}
