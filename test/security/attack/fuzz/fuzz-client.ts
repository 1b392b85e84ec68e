/** The client of the fuzzer: writes the bytes of a script, and records the answers of the node frame by frame. */
import { connect, type Socket } from 'node:net';
import { SOCKET_PATH, upgradeRequest } from '../support/socket-openings';
import type { AttackTarget } from '../support/raw-connection';
import { CLOSE, frame, PING, PONG_OPCODE, TEXT_OPCODE } from '../support/websocket-frames';

export class FuzzClient {
  readonly texts: string[] = [];
  readonly controls: string[] = [];
  isClosed = false;
  private readonly socket: Socket;
  private pending = Buffer.alloc(0);
  private isUpgraded = false;
  private wake: (() => void) | undefined;

  constructor(target: AttackTarget, localAddress: string, path = SOCKET_PATH) {
    this.socket = connect({ ...target, localAddress, noDelay: true });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk) => this.onData(chunk));
    this.socket.once('close', () => {
      this.isClosed = true;
      this.wake?.();
    });
    this.socket.write(upgradeRequest(path));
  }

  write(bytes: Buffer): void {
    if (!this.isClosed) this.socket.write(bytes);
  }

  has(part: string): boolean {
    return this.texts.some((text) => text.includes(part));
  }

  /** Waits until the condition holds or the connection is closed. @returns false after the timeout. */
  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!this.isClosed && !condition()) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }

  end(): void {
    this.socket.destroy();
  }

  private onData(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk]);
    if (!this.isUpgraded) {
      const end = this.pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.isUpgraded = true;
      this.pending = this.pending.subarray(end + 4);
    }
    while (this.readFrame());
    this.wake?.();
  }

  private readFrame(): boolean {
    const { pending } = this;
    if (pending.length < 2) return false;
    const short = (pending[1] ?? 0) & 127;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (pending.length < 2 + lengthBytes) return false;
    const length =
      lengthBytes === 2 ? pending.readUInt16BE(2) : lengthBytes === 8 ? Number(pending.readBigUInt64BE(2)) : short;
    const end = 2 + lengthBytes + length;
    if (pending.length < end) return false;
    this.record((pending[0] ?? 0) & 15, pending.subarray(2 + lengthBytes, end));
    this.pending = pending.subarray(end);
    return true;
  }

  private record(opcode: number, payload: Buffer): void {
    if (opcode === TEXT_OPCODE) this.texts.push(payload.toString());
    else if (opcode === CLOSE) this.onCloseFrame(payload);
    else if (opcode === PING || opcode === PONG_OPCODE)
      this.controls.push(`${opcode === PING ? 'ping' : 'pong'} ${payload.subarray(0, 8).toString('hex')}`);
    else this.controls.push(`opcode ${opcode} of ${payload.length} bytes`);
  }

  /** Echoes the close frame as every client does: the node waits for that before it closes the connection. */
  private onCloseFrame(payload: Buffer): void {
    this.controls.push(`close ${payload.length < 2 ? 'without a code' : payload.readUInt16BE(0)}`);
    this.socket.end(frame(CLOSE, payload));
  }
}
