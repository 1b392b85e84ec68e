/** One raw TCP connection of an attacker. Only the node, or the end of the attack, closes it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AttackLedger } from './attack-ledger';
import { eventLoopLagMs } from './event-loop-lag';

export interface AttackTarget {
  readonly host: string;
  readonly port: number;
}

/** After a FIN of the node the attacker keeps sending: a connection is closed only when the node stops reading. */
const PROBE_AFTER_FIN_MS = 20;
const MAX_RECEIVED_BYTES = 65_536;

export class RawConnection {
  /** The latest received bytes, in which attacks look for an answer. */
  received = '';
  isClosed = false;
  private readonly socket: Socket;
  private exceededAt: number | undefined;
  private lagAtExceeding = 0;
  private readonly listeners = new Set<() => void>();
  private readonly onStatus: (status: string) => void;

  constructor(
    target: AttackTarget,
    localAddress: string,
    private readonly ledger: AttackLedger,
  ) {
    this.onStatus = (status) => ledger.recordStatus(status);
    this.socket = connect({ ...target, localAddress, allowHalfOpen: true, noDelay: true });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk) => this.onData(chunk));
    this.socket.on('end', () => this.probeUntilClosed());
    this.socket.once('close', () => this.onClose());
    ledger.opened++;
  }

  async untilConnected(): Promise<boolean> {
    if (this.socket.connecting)
      await Promise.race([once(this.socket, 'connect').catch(() => undefined), this.untilClosed()]);
    return !this.isClosed;
  }

  /** Resolves when the bytes are handed over to the kernel, or the connection is closed. `units` counts frames or requests. */
  async write(bytes: Buffer | string, units = 1): Promise<void> {
    if (this.isClosed) return;
    this.ledger.units += units;
    this.ledger.bytes += bytes.length;
    if (!this.socket.write(bytes)) await this.untilDrained();
  }

  /** From now on this connection does what no client may do: the node must close it within CLOSED_WITHIN_MS. */
  markExceeded(): void {
    if (this.isClosed || this.exceededAt !== undefined) return;
    this.exceededAt = performance.now();
    this.lagAtExceeding = eventLoopLagMs();
    this.ledger.recordExceeding();
  }

  /** Stops reading what the node sends. */
  stopReading(): void {
    this.socket.pause();
  }

  untilClosed(): Promise<void> {
    return this.until(() => false);
  }

  /** Waits until the condition holds, the connection is closed or the time is over. */
  until(condition: () => boolean, timeoutMs?: number): Promise<void> {
    if (this.isClosed || condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => finish(), timeoutMs);
      const finish = (): void => {
        clearTimeout(timer);
        this.listeners.delete(check);
        resolve();
      };
      const check = (): void => {
        if (this.isClosed || condition()) finish();
      };
      this.listeners.add(check);
    });
  }

  /** Closes the connection from the attacker's side. It no longer counts as exceeding. */
  destroy(): void {
    this.exceededAt = undefined;
    this.socket.destroy();
  }

  get hasExceeded(): boolean {
    return this.exceededAt !== undefined;
  }

  /** Destroys the connection after an attack. One that exceeded and is still open is recorded with its age. */
  endOfAttack(): void {
    if (!this.isClosed && this.exceededAt !== undefined) this.ledger.recordStanding(this.exceededForMs);
    this.exceededAt = undefined;
    this.socket.destroy();
  }

  private async untilDrained(): Promise<void> {
    await Promise.race([once(this.socket, 'drain').catch(() => undefined), this.untilClosed()]);
  }

  private onData(chunk: Buffer): void {
    const found = chunk.toString('latin1');
    for (const [, status] of found.matchAll(/HTTP\/1\.[01] (\d{3})/g)) this.onStatus(status ?? '');
    this.received = (this.received + found).slice(-MAX_RECEIVED_BYTES);
    this.notify();
  }

  private onClose(): void {
    if (this.exceededAt !== undefined) this.ledger.recordClose(this.exceededForMs);
    this.isClosed = true;
    this.notify();
  }

  /** The time since it exceeded, without the event loop lag of this process. */
  private get exceededForMs(): number {
    return performance.now() - (this.exceededAt ?? 0) - (eventLoopLagMs() - this.lagAtExceeding);
  }

  private notify(): void {
    for (const check of this.listeners) check();
  }

  private probeUntilClosed(): void {
    const timer = setInterval(
      () => (this.isClosed ? clearInterval(timer) : void this.socket.write('x')),
      PROBE_AFTER_FIN_MS,
    );
    timer.unref();
  }
}
