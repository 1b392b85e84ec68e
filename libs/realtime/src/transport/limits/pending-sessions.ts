/**
 * Bounds the sessions that were opened by polling and have not been admitted. A client can leave such a session behind without
 * an open TCP connection, so connection limits do not bound them: they time out early, and beyond a maximum the oldest end.
 */
import type { ConnectionGuard } from './connection-guard';

/** Per node, over all addresses. */
const MAX_PENDING = 2_000;
/** The share of the connect timeout that a polling client gets: it has received its session id and can go on at once. */
const TIMEOUT_FRACTION = 1 / 2;

export class PendingSessions {
  /** Oldest first. Admitted and closed sessions stay in the set until `removeAdmittedAndClosed` runs. */
  private readonly pending = new Set<ConnectionGuard>();
  private readonly timeoutMs: number;

  constructor(connectTimeoutMs: number) {
    this.timeoutMs = connectTimeoutMs * TIMEOUT_FRACTION;
  }

  add(guard: ConnectionGuard): void {
    this.pending.add(guard);
    if (this.pending.size <= MAX_PENDING) return;
    this.removeAdmittedAndClosed();
    for (const oldest of this.pending) {
      if (this.pending.size <= MAX_PENDING) return;
      this.end(oldest);
    }
  }

  /** Ends the sessions whose time is over; to be called about once a second. `now` is in milliseconds. */
  endExpired(now: number): void {
    this.removeAdmittedAndClosed();
    for (const guard of this.pending) if (guard.unadmittedSince < now - this.timeoutMs) this.end(guard);
  }

  private end(guard: ConnectionGuard): void {
    this.pending.delete(guard);
    guard.end('CONNECT_TIMEOUT');
  }

  private removeAdmittedAndClosed(): void {
    for (const guard of this.pending)
      if (guard.isAdmitted || guard.connection.readyState !== 'open') this.pending.delete(guard);
  }
}
