/** Counts the bytes of Engine.IO packets that clients receive because of a command, without background events. */
import type { TestClient } from '../../support/clients/client';

interface Packet {
  type: string;
  data?: unknown;
}
interface Engine {
  on(event: 'packet', listener: (packet: Packet) => void): void;
}

/** Header size of a WebSocket frame with this payload length. */
const headerOf = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);
const QUIET_ROUNDS = 3;
const ROUND_MS = 150;
const ACK = /^43\d*/;

export class ByteCount {
  bytes = 0;
  /** Bytes by event name. */
  readonly events = new Map<string, number>();

  constructor(
    client: TestClient,
    private readonly ignored: (event: string) => boolean,
    private readonly countsAcks: boolean,
  ) {
    const { engine } = client.socket.io as unknown as { engine: Engine };
    engine.on('packet', ({ type, data }) => {
      if (type === 'message') this.add(data);
    });
  }

  reset(): void {
    this.bytes = 0;
    this.events.clear();
  }

  private add(data: unknown): void {
    const length = typeof data === 'string' ? Buffer.byteLength(data) + 1 : (data as Buffer).length;
    const text = typeof data === 'string' ? data : '';
    if (ACK.test(`4${text}`) && !this.countsAcks) return;
    const event = /^2(?:\d+)?\["([^"]+)"/.exec(text)?.[1] ?? (ACK.test(`4${text}`) ? 'ack' : 'binary');
    if (this.ignored(event)) return;
    const size = length + headerOf(length);
    this.bytes += size;
    this.events.set(event, (this.events.get(event) ?? 0) + size);
  }
}

/** Waits until no more bytes are counted: receipts and batched events arrive a moment after a command. */
export async function untilQuiet(counts: readonly ByteCount[]): Promise<void> {
  const total = (): number => counts.reduce((sum, { bytes }) => sum + bytes, 0);
  for (let rounds = 0, before = total(); rounds < QUIET_ROUNDS; rounds++) {
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
    const now = total();
    if (now !== before) [rounds, before] = [-1, now];
  }
}

/** The size of the frame that a client writes for a command with an ack. */
export function frameBytes(name: string, payload: object): number {
  const length = Buffer.byteLength(`4210${JSON.stringify([name, payload])}`);
  // Clients mask their frames.
  return length + headerOf(length) + 4;
}
