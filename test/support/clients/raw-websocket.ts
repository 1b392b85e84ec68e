/** A raw WebSocket client that sends arbitrary frames, also several in one chunk, and records the frames it receives. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { waitUntil } from './client';

export const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** A masked frame as a client sends it. */
export function rawClientFrame(payload: string | Buffer, opcode: number = OPCODE.text, final = true): Buffer {
  const bytes = Buffer.from(payload);
  const length = bytes.length;
  const extended = length > 0xffff ? 8 : length > 125 ? 2 : 0;
  const frame = Buffer.alloc(2 + extended + 4 + length);
  frame[0] = (final ? 0x80 : 0) | opcode;
  frame[1] = 0x80 | (extended === 8 ? 127 : extended === 2 ? 126 : length);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  // The mask is zero, so the bytes need no masking.
  bytes.copy(frame, 6 + extended);
  return frame;
}

export class RawWebSocket {
  readonly frames: { opcode: number; payload: Buffer }[] = [];
  isClosed = false;
  /** The HTTP status of the answer to the upgrade. */
  status = 0;
  private received = Buffer.alloc(0);

  private constructor(readonly tcp: Socket) {
    tcp.on('error', () => undefined);
    tcp.on('close', () => (this.isClosed = true));
  }

  static async open(url: string, headers: Record<string, string> = {}, query = ''): Promise<RawWebSocket> {
    const { hostname, port, host } = new URL(url);
    const raw = new RawWebSocket(connectTcp(Number(port), hostname));
    await once(raw.tcp, 'connect');
    raw.tcp.on('data', (chunk: Buffer) => raw.read(chunk));
    const lines = Object.entries({
      host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    raw.tcp.write(`GET /socket.io/?EIO=4&transport=websocket${query} HTTP/1.1\r\n${lines.join('')}\r\n`);
    await waitUntil(() => raw.status !== 0 || raw.isClosed, 'the upgrade is answered');
    return raw;
  }

  /** Connects with this token, and resolves when the server has set the connection up. */
  static async openAdmitted(url: string, token: string, headers: Record<string, string> = {}): Promise<RawWebSocket> {
    const raw = await RawWebSocket.open(url, headers);
    raw.send(`40{"token":"${token}"}`);
    await waitUntil(() => raw.texts.some((text) => text.includes('system:sync')), 'the connection is set up');
    return raw;
  }

  /** The texts received so far; the first is the open packet of Engine.IO. */
  get texts(): string[] {
    return this.frames.filter(({ opcode }) => opcode === OPCODE.text).map(({ payload }) => payload.toString());
  }

  /** The code of the server's close frame; undefined without one. */
  get closeCode(): number | undefined {
    const close = this.frames.find(({ opcode }) => opcode === OPCODE.close);
    return close && close.payload.length > 1 ? close.payload.readUInt16BE(0) : undefined;
  }

  send(...texts: string[]): void {
    this.write(...texts.map((text) => rawClientFrame(text)));
  }

  /** Writes all frames in one chunk. */
  write(...frames: Buffer[]): void {
    if (!this.tcp.destroyed) this.tcp.write(Buffer.concat(frames));
  }

  /** Resolves when the server has ended the TCP connection; this client never does. */
  async end(): Promise<void> {
    await waitUntil(() => this.isClosed, 'the server has ended the connection');
  }

  destroy(): void {
    this.tcp.destroy();
  }

  private read(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    if (this.status === 0) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.status = Number(/^HTTP\/1\.1 (\d+)/.exec(this.received.toString('latin1'))?.[1]);
      this.received = this.received.subarray(end + 4);
    }
    if (this.status === 101) while (this.readFrame());
  }

  private readFrame(): boolean {
    const bytes = this.received;
    if (bytes.length < 2) return false;
    const short = (bytes[1] ?? 0) & 0x7f;
    const header = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < header) return false;
    const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
    if (bytes.length < header + length) return false;
    this.frames.push({ opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(header, header + length) });
    this.received = bytes.subarray(header + length);
    return true;
  }
}
