// A WebSocket client over a plain TCP socket, as cheap as it gets: it shares a core with Redis, and must not be what is measured.
import { connect } from 'node:net';
import { clientFrame, PONG } from './frames.mjs';

// All sockets read into one buffer: what was read is dealt with before anything else is.
const READING = Buffer.allocUnsafeSlow(256 * 1024);
const CLOSE = 8;
const PING = 9;
const HEAD_END = Buffer.from('\r\n\r\n');

// As a browser would: what a server keeps of a request is part of what a connection costs.
const BROWSER = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Cache-Control: no-cache',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Origin: http://localhost:3000',
  'Accept-Encoding: gzip, deflate, br',
  'Accept-Language: en-US,en;q=0.9',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: c29tZSBiZW5jaG1hcms/IQ==',
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
].join('\r\n');

/** What is always whole, and of what is longer enough to tell it by. */
const BRIEF = 4_096;

export class RawSocket {
  /** Bytes that have come. */
  received = 0;
  #tcp;
  #open = false;
  #rest = null;
  #skipping = 0;
  #brief;
  #onFrame;
  #onEnd;

  /**
   * `onFrame(buffer, from, to)`: the buffer is good only while it is called. `onEnd(error)`: unless it was dropped here.
   * `brief`: of a frame that is longer than some KB the beginning is enough, and the rest of it costs next to nothing.
   */
  constructor(url, path, { onOpen = () => undefined, onFrame, onEnd, brief = false }) {
    const { hostname: host, port } = new URL(url);
    this.#onFrame = onFrame;
    this.#onEnd = onEnd;
    this.#brief = brief;
    const onread = { buffer: READING, callback: (length, buffer) => this.#read(buffer, length, onOpen) };
    this.#tcp = connect({ host, port: Number(port), noDelay: true, onread });
    this.#tcp.once('connect', () => this.send(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${BROWSER}\r\n\r\n`));
    this.#tcp.once('error', (error) => this.#end(error));
    this.#tcp.once('close', () => this.#end(new Error('the server has closed the connection')));
  }

  /** A whole frame, masked. */
  send(frame) {
    this.#tcp.write(frame);
  }

  /** With a reset: thousands of sockets that wait to be forgotten would slow the next run down. */
  drop() {
    this.#onEnd = null;
    this.#tcp.resetAndDestroy();
  }

  #end(error) {
    const onEnd = this.#onEnd;
    this.#onEnd = null;
    this.#tcp.destroy();
    onEnd?.(error);
  }

  #read(fresh, length, onOpen) {
    this.received += length;
    let buffer = fresh;
    let end = length;
    let at = Math.min(this.#skipping, length);
    this.#skipping -= at;
    if (this.#rest) {
      buffer = Buffer.concat([this.#rest, fresh.subarray(0, length)]);
      end = buffer.length;
      this.#rest = null;
    }
    if (!this.#open) {
      const head = buffer.subarray(0, end).indexOf(HEAD_END);
      if (head >= 0) {
        if (buffer.latin1Slice(9, 12) !== '101') return this.#end(new Error(buffer.latin1Slice(0, Math.min(end, 300))));
        this.#open = true;
        at = head + HEAD_END.length;
        onOpen();
      }
    }
    if (this.#open) at = this.#frames(buffer, at, end);
    if (at < end) this.#rest = Buffer.from(buffer.subarray(at, end));
    return true;
  }

  /** Where the first frame that is not whole yet begins. */
  #frames(buffer, start, end) {
    let at = start;
    while (end - at >= 2) {
      let body = at + 2;
      let size = buffer[at + 1];
      if (size === 126) {
        if (end - at < 4) break;
        size = buffer.readUInt16BE(at + 2);
        body = at + 4;
      } else if (size === 127) {
        if (end - at < 10) break;
        size = buffer.readUInt32BE(at + 6);
        body = at + 10;
      }
      if (body + size > end) {
        if (!this.#brief || size < BRIEF || end - body < BRIEF) break;
        this.#skipping = body + size - end;
        this.#onFrame(buffer, body, end);
        return end;
      }
      const opcode = buffer[at] & 15;
      at = body + size;
      if (opcode === PING) this.send(clientFrame(PONG, buffer.subarray(body, at)));
      else if (opcode === CLOSE) this.#end(new Error('the server has said goodbye'));
      else if (opcode !== PONG) this.#onFrame(buffer, body, at);
      if (!this.#onEnd) return end;
    }
    return at;
  }
}
