/** The latest commands, answers and events of the visitor's connection, for the inspector. */
import { signal } from '@preact/signals';

/** `link`: a connection that is opened, refused or closed. */
export type TrafficKind = 'command' | 'answer' | 'event' | 'link';

export interface TrafficEntry {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: TrafficKind;
  readonly isSent: boolean;
  /** Of the command or the event; of an answer, the name of its command. */
  readonly name: string;
  readonly payload: unknown;
}

/** The oldest entries are dropped. Frequent entries are counted apart, so that they push out no others. */
const MAX_ENTRIES = 400;
const MAX_FREQUENT = 100;

const FREQUENT = new Set(['character:move', 'zone:moves', 'zone:view', 'system:ping']);
/** Stands for access tokens, which would otherwise be copied with what is shown. */
const HIDDEN_TOKEN = '…';

/** Movement and pings: several in a second. */
export const isFrequent = ({ name }: TrafficEntry): boolean => FREQUENT.has(name);

export class TrafficLog {
  private readonly version = signal(0);
  private entries: TrafficEntry[] = [];
  private frequent: TrafficEntry[] = [];
  private lastId = 0;

  add(kind: TrafficKind, isSent: boolean, name: string, payload: unknown): void {
    const entry = { id: (this.lastId += 1), at: Date.now(), kind, isSent, name, payload: withoutToken(payload) };
    const [list, max] = isFrequent(entry) ? [this.frequent, MAX_FREQUENT] : [this.entries, MAX_ENTRIES];
    list.push(entry);
    if (list.length > max) list.shift();
    this.version.value = this.lastId;
  }

  /** The oldest entry first. What reads it is drawn again with each entry. */
  latest(): readonly TrafficEntry[] {
    if (this.version.value === 0) return [];
    return [...this.entries, ...this.frequent].sort((one, other) => one.id - other.id);
  }

  clear(): void {
    this.entries = [];
    this.frequent = [];
    this.version.value = this.lastId += 1;
  }
}

const withoutToken = (payload: unknown): unknown =>
  typeof payload === 'object' && payload !== null && 'token' in payload ? { ...payload, token: HIDDEN_TOKEN } : payload;
