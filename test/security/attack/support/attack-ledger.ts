/** Records what the connections of one attack did and how they ended: the attacker's side of the verdict. */

/** The node closes a connection that exceeds a limit within this time. */
export const CLOSED_WITHIN_MS = 1_000;

export interface AttackReport {
  readonly opened: number;
  /** Connections that the node did not accept, or closed before they had exceeded anything. */
  readonly refused: number;
  readonly exceeded: number;
  /** Exceeding connections that were still open after `CLOSED_WITHIN_MS`. */
  readonly late: number;
  /** Exceeding connections that were never closed. */
  readonly standing: number;
  readonly closedAfterMs: { readonly p50: number; readonly max: number };
  /** Frames and requests written by all connections. */
  readonly units: number;
  readonly bytes: number;
  /** HTTP answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Forbidden behaviour of the node that an attack observed. */
  readonly violations: readonly string[];
}

export class AttackLedger {
  opened = 0;
  refused = 0;
  units = 0;
  bytes = 0;
  private exceeded = 0;
  private late = 0;
  private standing = 0;
  private readonly closedAfter: number[] = [];
  private readonly statuses = new Map<string, number>();
  private readonly violations = new Set<string>();

  recordStatus(status: string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  recordViolation(what: string): void {
    this.violations.add(what);
  }

  recordExceeding(): void {
    this.exceeded++;
  }

  recordClose(afterMs: number): void {
    this.closedAfter.push(afterMs);
    if (afterMs > CLOSED_WITHIN_MS) this.late++;
  }

  recordStanding(afterMs: number): void {
    this.standing++;
    this.recordClose(afterMs);
  }

  report(): AttackReport {
    const sorted = this.closedAfter.sort((a, b) => a - b);
    return {
      opened: this.opened,
      refused: this.refused,
      exceeded: this.exceeded,
      late: this.late,
      standing: this.standing,
      closedAfterMs: { p50: Math.round(sorted[sorted.length >> 1] ?? 0), max: Math.round(sorted.at(-1) ?? 0) },
      units: this.units,
      bytes: this.bytes,
      statuses: Object.fromEntries([...this.statuses].sort()),
      violations: [...this.violations],
    };
  }
}
