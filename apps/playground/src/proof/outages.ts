/** Interruptions of the connection: when each began, when everything was back, and how many lines were caught up. */
import type { Client } from '@aeturnis/client';
import { signal } from '@preact/signals';

export type OutageCause = 'drop' | 'black hole' | 'node killed' | 'connection lost';

export interface Outage {
  readonly cause: OutageCause;
  /** By `performance.now()`. */
  readonly from: number;
  /** Undefined while it lasts. */
  readonly to: number | undefined;
  readonly caughtUp: number;
  /** By the result of a comparison with the server; undefined before the first one, null if none has succeeded. */
  readonly missed: number | null | undefined;
  /** False if the session had ended, so that the state was read again. */
  readonly wasResumed: boolean;
}

export interface ReceivedLine {
  readonly at: number;
  readonly isReplayed: boolean;
}

/** What the timeline shows. */
export const TIMELINE_MS = 60_000;
/** Clocks of the browser and the server differ by a few milliseconds. */
const CLOCK_MARGIN_MS = 30;

export class Outages {
  readonly current = signal<Outage | undefined>(undefined);
  readonly past = signal<readonly Outage[]>([]);
  /** For the timeline; not a signal, since it is drawn continuously. */
  lines: ReceivedLine[] = [];
  /** The server's time when the current connection was made. */
  private connectedAt = 0;
  private wasLive = false;

  constructor(
    client: Client,
    private readonly onEnd: () => void,
  ) {
    client.on('system:connected', ({ serverTime }) => (this.connectedAt = serverTime));
    client.state.subscribe((state) => {
      if (state.phase === 'live') this.end(state.recovered);
      else if (this.wasLive && (state.phase === 'waiting' || state.phase === 'connecting')) {
        this.wasLive = false;
        this.begin('connection lost');
      }
    });
  }

  begin(cause: OutageCause): void {
    if (this.current.value) return;
    const from = performance.now();
    this.current.value = { cause, from, to: undefined, caughtUp: 0, missed: undefined, wasResumed: true };
  }

  /** Nothing has become of what `begin` has announced, unless the connection is lost meanwhile. */
  cancel(): void {
    if (this.wasLive) this.current.value = undefined;
  }

  /** @param createdAt when the server has stored the line. */
  addLine(createdAt: string): void {
    const at = performance.now();
    // The replay begins before the client is live again; its end overlaps with what is said now.
    const { value: outage } = this.current;
    const isReplayed =
      outage !== undefined ||
      (this.past.value.length > 0 && Date.parse(createdAt) <= this.connectedAt + CLOCK_MARGIN_MS);
    this.lines = [...this.lines.filter((line) => line.at > at - TIMELINE_MS), { at, isReplayed }];
    if (isReplayed) this.catchUp(1);
  }

  catchUp(lines: number): void {
    this.changeLatest(({ caughtUp }) => ({ caughtUp: caughtUp + lines }));
  }

  /** @param missed null if the comparison has failed. */
  judge(missed: number | null): void {
    this.changeLatest((outage) => ({ missed: missed ?? outage.missed ?? null }));
  }

  private changeLatest(by: (outage: Outage) => Partial<Outage>): void {
    const { value: lasting } = this.current;
    if (lasting) return void (this.current.value = { ...lasting, ...by(lasting) });
    const [latest, ...earlier] = this.past.value;
    if (latest) this.past.value = [{ ...latest, ...by(latest) }, ...earlier];
  }

  private end(wasResumed: boolean): void {
    const isFollowing = this.wasLive;
    this.wasLive = true;
    const { value: outage } = this.current;
    // While it is swallowed, the state of the client changes for other reasons than a new connection.
    if (!outage || isFollowing) return;
    this.current.value = undefined;
    this.past.value = [{ ...outage, to: performance.now(), wasResumed }, ...this.past.value].slice(0, 20);
    this.onEnd();
  }
}
