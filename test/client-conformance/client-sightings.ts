/**
 * Reads along what a client and its server send: how often the client presents a token, how often the server refuses one,
 * and when the client sends a text. A token counts where the server reads it: in a bearer header, in the cookie, or as the
 * field `token` of a packet. A token in the query does not.
 */
import type { Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';
const MAX_HEAD_CHARS = 64 * 1024;
/** More than a header with the longest token. */
const KEPT_CHARS = 9 * 1024;
const REFUSAL = /"code": *"INVALID_TOKEN"/g;
const MASK_BYTES = 4;

export class ClientSightings {
  private readonly counts = new Map<string, number>();
  private readonly patterns = new Map<string, RegExp>();
  private expected: { readonly text: string; readonly listener: () => void } | null = null;
  /** How often the server has answered INVALID_TOKEN. */
  refusals = 0;

  /** Counts this token from now on. */
  watch(token: string): void {
    if (this.counts.has(token)) return;
    this.counts.set(token, 0);
    this.patterns.set(token, presentationOf(token));
  }

  countOf(token: string): number {
    return this.counts.get(token) ?? 0;
  }

  /** Calls the listener as soon as the client sends this text, before the server can answer. */
  onceSent(text: string, listener: () => void): void {
    this.expected = { text, listener };
  }

  /** Reads along what the client sends over this connection. */
  observeClient(client: Socket): void {
    const stream = new ClientStream();
    const recent = new RecentText();
    client.on('data', (chunk: Buffer) => {
      recent.append(stream.read(chunk));
      for (const [token, pattern] of this.patterns)
        this.counts.set(token, this.countOf(token) + recent.countNew(pattern));
      if (this.expected && recent.includes(this.expected.text)) {
        const { listener } = this.expected;
        this.expected = null;
        listener();
      }
    });
  }

  /** Reads along what the server answers over this connection: it compresses neither its errors nor its frames. */
  observeServer(server: Socket): void {
    const recent = new RecentText();
    server.on('data', (chunk: Buffer) => {
      recent.append(chunk.toString('latin1'));
      this.refusals += recent.countNew(REFUSAL);
    });
  }
}

/** Matches the token with what is before and after it where the server reads it. */
function presentationOf(token: string): RegExp {
  const escaped = token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const header = `^authorization: *bearer +${escaped}\\s`;
  const cookie = `^cookie:.*\\baccessToken=${escaped}[;\\s]`;
  return new RegExp(`${header}|${cookie}|"token"\\s*:\\s*"${escaped}"`, 'gim');
}

/** The end of a text that arrives in parts. */
class RecentText {
  private text = '';
  private newFrom = 0;

  append(part: string): void {
    const before = this.text.slice(-KEPT_CHARS);
    this.text = before + part;
    this.newFrom = before.length;
  }

  includes(text: string): boolean {
    return this.text.includes(text);
  }

  /** How many matches the latest part has completed: one that arrives in two parts counts, and none counts twice. */
  countNew(pattern: RegExp): number {
    const ends = [...this.text.matchAll(pattern)].map((match) => match.index + match[0].length);
    return ends.filter((end) => end > this.newFrom).length;
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
