/** The port of recovery: one counted journal of a cluster, kept for a while per room, and the sessions that may come back to it. */
import type { Position } from './position';
import type { Spans } from './room-spans';

/** Where entries for everybody are kept. No room of ours is named so. */
export const FOR_ALL = '*';

/** Where orders about the sessions of a user are kept. No room of ours is named so. */
export const ordersOf = (userId: string): string => `!${userId}`;
export const isRoom = (name: string): boolean => name !== FOR_ALL && !name.startsWith('!');

/** By room. A plain map will do; sessions have `SessionRooms`, which hold once what they have in common. */
export interface RoomSpans extends Iterable<[string, Spans]> {
  get(room: string): Spans | undefined;
}

/**
 * An event that several nodes may publish about one subject, such as the presence of a user or the log of a conversation.
 * The journal takes it unless an event of the same key with a later version came before: then it takes only its place in the
 * count, and reaches nobody.
 */
export interface VersionedEvent {
  /** Names the subject. */
  readonly key: string;
  /** Ascends over all nodes. */
  readonly version: number;
  /**
   * Without spaces. An event with one is not taken either where the last event of its key that had one had the same, or
   * where that was of the same version. Without it, an event of the latest version is taken each time.
   */
  readonly dedupKey?: string;
  /** For how long the latest version of the key is remembered, in milliseconds; absent: `VERSION_KEEP_MS`. */
  readonly keepMs?: number;
}

export const VERSION_KEEP_MS = 24 * 60 * 60 * 1_000;

export interface Submission {
  /** Counted by the submitting source, without a gap. */
  readonly seq: number;
  /** None: everybody. */
  readonly rooms: readonly string[];
  readonly payload: string;
  readonly versioned?: VersionedEvent | undefined;
}

export interface JournalRecord {
  readonly n: number;
  readonly payload: string;
}

export interface RecoverySession {
  readonly pid: string;
  /** Who holds it now: `<source>:<serial>`. Only the owner may change it; a restore hands it on. */
  readonly owner: string;
  readonly socketId: string;
  readonly userId: string;
  /** Which of the user's logins it is of: another one begins afresh. */
  readonly login: string;
  /** The journal's life that the room spans count in; in another one the session cannot be restored. */
  readonly epoch: string;
  /** With them `FOR_ALL`, and its user's orders, since the last that was obeyed. Never changes. */
  readonly rooms: RoomSpans;
}

export interface SessionSave {
  readonly session: RecoverySession;
  /** Whether it may begin; else it must be there, with this owner. */
  readonly fresh: boolean;
  /** How long it is kept from now. */
  readonly keepMs: number;
}

export type SaveAnswer = 'saved' | 'foreign' | 'absent';

/** `trimmed`: entries after the position are gone; `epoch`: the journal is another one than before. */
export type LogRead =
  | { kind: 'read'; position: Position; records: JournalRecord[] }
  | { kind: 'trimmed'; position: Position }
  | { kind: 'epoch'; position: Position };

export interface RestoreRequest {
  readonly pid: string;
  readonly from: Position;
  /** The owner known so far, and the next one. */
  readonly owner: string;
  readonly nextOwner: string;
  /** To be read besides: rooms that the session has come into while it was away. */
  readonly joined: RoomSpans;
  readonly keepMs: number;
}

export type RefusedRestore = 'unknown' | 'epoch' | 'future' | 'trimmed';

export type RestoreAnswer =
  | {
      kind: 'restored';
      rooms: RoomSpans;
      position: Position;
      records: JournalRecord[];
      /** All orders are there; of other entries those up to this one, which lies before `position` where there is more. */
      readTo: number;
    }
  | { kind: 'moved'; owner: string }
  | { kind: 'refused'; reason: RefusedRestore };

export interface RecoveryBounds {
  /** Entries kept per room, at least. */
  readonly maxEvents: number;
  /** Entries kept of all rooms together, by which a node fills a gap of its own. */
  readonly logEvents: number;
  /** How long a room without new entries is kept. */
  readonly roomKeepMs: number;
  /** How many sessions of one user are kept, those of connected sockets included. */
  readonly sessionsPerUser: number;
  /** For how long at most a session is kept whose socket is gone; while the socket is connected it is kept for longer. */
  readonly awayKeepMs: number;
}

/** Every method rejects within seconds when the store cannot be reached; then it is unknown whether it was done. */
export interface RecoveryStore {
  /** Where the journal stands. Begins a new epoch where the store has lost its data or may have lost some. */
  hello(): Promise<Position>;
  /**
   * Appends in order, each under the next number, and tells every node's feed. Repeating does no harm: what a source has
   * submitted up to its highest `seq` is known. What a later version has superseded is appended to no room, and of its
   * payload only the first line.
   */
  append(source: string, submissions: readonly Submission[]): Promise<void>;
  /** What came after a position, of all rooms; not always all of it: read on from the last record. */
  log(after: Position): Promise<LogRead>;
  /** Whether it keeps the very rooms that it is given: what changes in them need not be saved again. */
  readonly keeps: boolean;
  /**
   * In the order asked. Nothing is saved that another one owns or, unless `fresh`, that is not there any more. What is not
   * kept has been read when this returns. Where a user has more than `sessionsPerUser` sessions then, those that have been
   * away for longest are removed; sessions of connected sockets stay.
   */
  save(saves: readonly SessionSave[]): Promise<SaveAnswer[]>;
  /** Keeps sessions for longer. @returns in the order asked, whether they are still there and owned. */
  touch(sessions: readonly { pid: string; owner: string }[], keepMs: number): Promise<boolean[]>;
  /** Ends a session unless another one owns it. */
  drop(pid: string, owner: string): Promise<void>;
  /** False where certainly no session, here or away, is in the room. */
  awaits(room: string): boolean;
  find(pid: string): Promise<Pick<RecoverySession, 'owner' | 'socketId' | 'userId' | 'login'> | null>;
  /**
   * Takes a session over and answers what its rooms and everybody got after the position, in order, each once; orders,
   * whose stream counts by itself, wherever the position is. Reads the session's rooms and nothing else, and not always all
   * that they have: read on from `readTo`. Refusing changes nothing, and a repeated restore answers the same again.
   */
  restore(request: RestoreRequest): Promise<RestoreAnswer>;
}

export interface FeedListener {
  /** The feed is on (again): anything may have been missed before. */
  ready(): void;
  record(epoch: string, record: JournalRecord): void;
  /** A word of another node. */
  word(message: string): void;
}

/** How a node hears what is appended, at most once and in order, and how nodes speak to each other. */
export interface RecoveryFeed {
  /** Whether there may be other nodes. */
  readonly shared: boolean;
  listen(source: string, listener: FeedListener): void;
  /** Begins anew where nothing is heard any more. */
  restart(): void;
  /** @returns whether that source hears at all: false means it is gone. */
  say(source: string, message: string): Promise<boolean>;
  close(): void;
}
