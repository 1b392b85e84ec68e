/** Counts how often a client presents a token to its server: in a request over HTTP, or in a frame of a WebSocket. */
import type { Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';
const MAX_HEAD_CHARS = 64 * 1024;
const MAX_TOKEN_CHARS = 8 * 1024;
const MASK_BYTES = 4;

export class TokenSightings {
  private readonly counts = new Map<string, number>();

  /** Counts this token from now on. */
  watch(token: string): void {
    if (!this.counts.has(token)) this.counts.set(token, 0);
  }

  countOf(token: string): number {
    return this.counts.get(token) ?? 0;
  }

  /** Reads along what the client sends over this connection. */
  observe(client: Socket): void {
    const stream = new ClientStream();
    let recent = '';
    client.on('data', (chunk: Buffer) => {
      const text = stream.read(chunk);
      for (const [token, count] of this.counts) {
        // Shorter than the token, so that it counts one that arrives in two parts, and none twice.
        const before = recent.slice(Math.max(0, recent.length - token.length + 1));
        this.counts.set(token, count + (before + text).split(token).length - 1);
      }
      recent = (recent + text).slice(-MAX_TOKEN_CHARS);
    });
  }
}

/** What a client sends, as text: HTTP as it is, and the payloads of frames once the connection is a WebSocket. */
class ClientStream {
  private head = '';
  private isWebSocket = false;
  private frames = Buffer.alloc(0);

  read(chunk: Buffer): string {
    if (this.isWebSocket) return this.readFrames(chunk);
    const text = chunk.toString('latin1');
    this.head = (this.head + text).slice(-MAX_HEAD_CHARS);
    const end = this.head.lastIndexOf(END_OF_HEAD);
    if (end === -1) return text;
    this.isWebSocket = /^upgrade: *websocket\r$/im.test(this.head.slice(0, end + 1));
    const rest = this.head.slice(end + END_OF_HEAD.length);
    this.head = rest;
    return this.isWebSocket ? text + this.readFrames(Buffer.from(rest, 'latin1')) : text;
  }

  private readFrames(chunk: Buffer): string {
    this.frames = Buffer.concat([this.frames, chunk]);
    let text = '';
    for (let frame = parseFrame(this.frames); frame; frame = parseFrame(this.frames)) {
      text += frame.payload;
      this.frames = this.frames.subarray(frame.length);
    }
    return text;
  }
}

/** The first frame, as RFC 6455 lays it out (5.2); null while it is incomplete. Clients mask each frame. */
function parseFrame(bytes: Buffer): { payload: string; length: number } | null {
  const short = (bytes[1] ?? 0) & 0x7f;
  const maskStart = 2 + (short === 127 ? 8 : short === 126 ? 2 : 0);
  const start = maskStart + MASK_BYTES;
  if (bytes.length < start) return null;
  const size = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + size) return null;
  const mask = bytes.subarray(maskStart, start);
  const payload = bytes.subarray(start, start + size).map((byte, index) => byte ^ (mask[index % MASK_BYTES] ?? 0));
  return { payload: Buffer.from(payload).toString('latin1'), length: start + size };
}
