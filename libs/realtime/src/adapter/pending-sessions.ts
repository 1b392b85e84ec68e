/**
 * Sessions that were opened by polling and have not been admitted. A client needs no open TCP connection to leave one behind,
 * so that limits of connections do not bound them: they end sooner than others, and the oldest where they are too many.
 */
import type { ConnectionGuard } from './connection-guard';

/** On a node, whichever addresses they are of. */
const MAX_PENDING = 2_000;
/** Of the time that other connections have: whoever polls has had an answer already, and goes on at once. */
const TIME_PART = 1 / 2;

export class PendingSessions {
  /** The oldest first; those that were admitted or closed meanwhile are in it until the next look. */
  private readonly pending = new Set<ConnectionGuard>();
  private readonly timeMs: number;

  constructor(connectTimeoutMs: number) {
    this.timeMs = connectTimeoutMs * TIME_PART;
  }

  add(guard: ConnectionGuard): void {
    this.pending.add(guard);
    if (this.pending.size <= MAX_PENDING) return;
    this.removeSettled();
    for (const oldest of this.pending) {
      if (this.pending.size <= MAX_PENDING) return;
      this.end(oldest);
    }
  }

  /** Call it every second or so. `now`: milliseconds. */
  look(now: number): void {
    this.removeSettled();
    for (const guard of this.pending) if (guard.waitingSince < now - this.timeMs) this.end(guard);
  }

  private end(guard: ConnectionGuard): void {
    this.pending.delete(guard);
    guard.end('CONNECT_TIMEOUT');
  }

  private removeSettled(): void {
    for (const guard of this.pending)
      if (guard.admitted || guard.connection.readyState !== 'open') this.pending.delete(guard);
  }
}
