// A minimal WebSocket client over a TCP socket. It shares a core with Redis, so it must cost far less than the server.
import { connect } from 'node:net';
import { maskedFrame, PONG } from './frames.mjs';

// All sockets read into one buffer: each read is processed completely before the next one.
const READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);
const CLOSE = 8;
const PING = 9;
const HEAD_END = Buffer.from('\r\n\r\n');

// Headers of a browser: the request that a server keeps is part of the cost of a connection.
const BROWSER_HEADERS = [
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

/** Shorter frames are always delivered whole; of longer ones this much is enough to identify the event. */
const PREFIX_BYTES = 4_096;

export class RawSocket {
  /** Bytes received. */
  received = 0;
  #tcp;
  #isUpgraded = false;
  #partialFrame = null;
  #bytesToSkip = 0;
  #isPrefixEnough;
  #onFrame;
  #onEnd;

  /**
   * `onFrame(buffer, from, to)`: the buffer is valid only during the call. `onEnd(error)` is not called after `drop`.
   * `brief`: passes only the beginning of frames over `PREFIX_BYTES`, which saves most of their cost.
   */
  constructor(url, path, { onOpen = () => undefined, onFrame, onEnd, brief = false }) {
    const { hostname: host, port } = new URL(url);
    this.#onFrame = onFrame;
    this.#onEnd = onEnd;
    this.#isPrefixEnough = brief;
    const onread = { buffer: READ_BUFFER, callback: (length, buffer) => this.#read(buffer, length, onOpen) };
    this.#tcp = connect({ host, port: Number(port), noDelay: true, onread });
    this.#tcp.once('connect', () =>
      this.send(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${BROWSER_HEADERS}\r\n\r\n`),
    );
    this.#tcp.once('error', (error) => this.#end(error));
    this.#tcp.once('close', () => this.#end(new Error('the server closed the TCP connection')));
  }

  /** `frame`: a complete, masked WebSocket frame. */
  send(frame) {
    this.#tcp.write(frame);
  }

  /** Resets the connection: thousands of sockets in TIME_WAIT would slow the next run down. */
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
    let at = Math.min(this.#bytesToSkip, length);
    this.#bytesToSkip -= at;
    if (this.#partialFrame) {
      buffer = Buffer.concat([this.#partialFrame, fresh.subarray(0, length)]);
      end = buffer.length;
      this.#partialFrame = null;
    }
    if (!this.#isUpgraded) {
      const head = buffer.subarray(0, end).indexOf(HEAD_END);
      if (head >= 0) {
        if (buffer.latin1Slice(9, 12) !== '101') return this.#end(new Error(buffer.latin1Slice(0, Math.min(end, 300))));
        this.#isUpgraded = true;
        at = head + HEAD_END.length;
        onOpen();
      }
    }
    if (this.#isUpgraded) at = this.#readFrames(buffer, at, end);
    if (at < end) this.#partialFrame = Buffer.from(buffer.subarray(at, end));
    return true;
  }

  /** @returns the offset of the first incomplete frame. */
  #readFrames(buffer, start, end) {
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
        if (!this.#isPrefixEnough || size < PREFIX_BYTES || end - body < PREFIX_BYTES) break;
        this.#bytesToSkip = body + size - end;
        this.#onFrame(buffer, body, end);
        return end;
      }
      const opcode = buffer[at] & 15;
      at = body + size;
      if (opcode === PING) this.send(maskedFrame(PONG, buffer.subarray(body, at)));
      else if (opcode === CLOSE) this.#end(new Error('the server sent a close frame'));
      else if (opcode !== PONG) this.#onFrame(buffer, body, at);
      if (!this.#onEnd) return end;
    }
    return at;
  }
}
