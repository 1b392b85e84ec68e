/** One raw TCP connection of an attacker. It never gives up by itself: only the node, or the end of the attack, closes it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Ledger } from './ledger';
import { ownLagMs } from './own-lag';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** After a FIN of the node the attacker goes on sending: a line is closed when the node reads no longer. */
const PROBE_AFTER_FIN_MS = 20;
const KEPT_BYTES = 65_536;

export class Line {
  /** What has been received lately, for those who wait for an answer. */
  received = '';
  isClosed = false;
  private readonly socket: Socket;
  private exceededAt: number | undefined;
  private lagThen = 0;
  private readonly listeners = new Set<() => void>();
  private readonly onStatus: (status: string) => void;

  constructor(
    target: Target,
    localAddress: string,
    private readonly ledger: Ledger,
  ) {
    this.onStatus = (status) => ledger.recordStatus(status);
    this.socket = connect({ ...target, localAddress, allowHalfOpen: true, noDelay: true });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk) => this.onData(chunk));
    this.socket.on('end', () => this.probeUntilClosed());
    this.socket.once('close', () => this.onClose());
    ledger.opened++;
  }

  /** @returns whether the connection stands. */
  async connected(): Promise<boolean> {
    if (this.socket.connecting)
      await Promise.race([once(this.socket, 'connect').catch(() => undefined), this.closed()]);
    return !this.isClosed;
  }

  /** Resolves when the bytes are handed over to the kernel, or the line is closed. `units` counts frames or requests. */
  async write(bytes: Buffer | string, units = 1): Promise<void> {
    if (this.isClosed) return;
    this.ledger.units += units;
    this.ledger.bytes += bytes.length;
    if (!this.socket.write(bytes)) await this.drained();
  }

  /** From now on this line does what no client may do; it is to be closed within a second. */
  markExceeded(): void {
    if (this.isClosed || this.exceededAt !== undefined) return;
    this.exceededAt = performance.now();
    this.lagThen = ownLagMs();
    this.ledger.recordExceeding();
  }

  /** Leaves unread whatever the node sends. */
  stopReading(): void {
    this.socket.pause();
  }

  closed(): Promise<void> {
    return this.until(() => false);
  }

  /** Waits until the condition holds, the line is closed, or the time is over. */
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

  /** Ends it from the attacker's side: by FIN and RST alike, nothing is left of it here. */
  abandon(): void {
    this.exceededAt = undefined;
    this.socket.destroy();
  }

  get hasExceeded(): boolean {
    return this.exceededAt !== undefined;
  }

  /** For the end of an attack: a line that has exceeded and stands is recorded with its age. */
  endOfAttack(): void {
    if (!this.isClosed && this.exceededAt !== undefined) this.ledger.recordStanding(this.ageMs);
    this.exceededAt = undefined;
    this.socket.destroy();
  }

  private async drained(): Promise<void> {
    await Promise.race([once(this.socket, 'drain').catch(() => undefined), this.closed()]);
  }

  private onData(chunk: Buffer): void {
    const found = chunk.toString('latin1');
    for (const [, status] of found.matchAll(/HTTP\/1\.[01] (\d{3})/g)) this.onStatus(status ?? '');
    this.received = (this.received + found).slice(-KEPT_BYTES);
    this.notify();
  }

  private onClose(): void {
    if (this.exceededAt !== undefined) this.ledger.recordClose(this.ageMs);
    this.isClosed = true;
    this.notify();
  }

  /** Since it exceeded, without the time in which this process could not look. */
  private get ageMs(): number {
    return performance.now() - (this.exceededAt ?? 0) - (ownLagMs() - this.lagThen);
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
