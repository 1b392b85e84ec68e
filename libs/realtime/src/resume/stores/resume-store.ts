/** The ports of session resume, over Redis and in memory: the journal with its sessions, and the feed of its entries. */
import type { AppConfig } from '@aeturnis/platform';
import type { JournalPosition } from '../journal/journal-entry';
import type { RoomIntervalMap } from '../sessions/session-rooms';

/** The stream of entries for all clients. No room has this name. */
export const BROADCAST_STREAM = '*';

/** The stream of orders about a user's sessions. No room name begins with an exclamation mark. */
export const orderStreamOf = (userId: string): string => `!${userId}`;
export const isRoomName = (name: string): boolean => name !== BROADCAST_STREAM && !name.startsWith('!');

/**
 * An event that several nodes may publish about one subject, such as a user's presence or a conversation's log. If the journal
 * already has an event of the same key with a later version, the event only uses up a number and is delivered to no client.
 */
export interface VersionedEvent {
  readonly key: string;
  /** Ascends across all nodes. */
  readonly version: number;
  /**
   * Contains no spaces. An event with a dedup key is also dropped if it has the latest version of its key, or the same dedup key
   * as the key's last event that had one. Without it, an event of the latest version is accepted each time.
   */
  readonly dedupKey?: string;
  /** How long the key's latest version is remembered, in milliseconds; `VERSION_KEEP_MS` by default. */
  readonly keepMs?: number;
}

export const VERSION_KEEP_MS = 24 * 60 * 60 * 1_000;

export interface AppendRequest {
  /** Sequence number within the source, without gaps. */
  readonly seq: number;
  /** Recipients; empty for all clients. */
  readonly rooms: readonly string[];
  readonly payload: string;
  readonly versioned?: VersionedEvent | undefined;
  /** The room that an order joins on behalf of its user's sessions: they count as sessions in it before they are restored. */
  readonly admittedRoom?: string | undefined;
}

export interface JournalRecord {
  readonly n: number;
  readonly payload: string;
}

export interface StoredSession {
  readonly pid: string;
  /** The present owner, `<source>:<serial>`: a fencing token. Only the owner may save the session; a restore replaces it. */
  readonly owner: string;
  readonly socketId: string;
  readonly userId: string;
  /** Id of the user's login; another login cannot resume the session. */
  readonly login: string;
  /** The epoch in which the intervals count; the session can only be restored in the same one. */
  readonly epoch: string;
  /** Also contains `BROADCAST_STREAM`, and the stream of its user's orders since the last one applied. */
  readonly rooms: RoomIntervalMap;
}

export interface SessionSave {
  readonly session: StoredSession;
  /** Whether the save may create the session; otherwise the store must have it, under this owner. */
  readonly isNew: boolean;
  /** Expiry from now on. */
  readonly keepMs: number;
}

export type SaveAnswer = 'saved' | 'foreign' | 'absent';

/** `trimmed`: entries after the position have been removed; `epoch`: the journal has been replaced. */
export type LogRead =
  | { kind: 'read'; position: JournalPosition; records: JournalRecord[] }
  | { kind: 'trimmed'; position: JournalPosition }
  | { kind: 'epoch'; position: JournalPosition };

export interface RestoreRequest {
  readonly pid: string;
  readonly from: JournalPosition;
  /** The owner as last read, and the one that takes over. */
  readonly owner: string;
  readonly nextOwner: string;
  /** Rooms that orders joined on the session's behalf, to be read as well. */
  readonly joinedRooms: RoomIntervalMap;
  readonly keepMs: number;
}

export type RestoreRefusalReason = 'unknown' | 'epoch' | 'future' | 'trimmed';

export type RestoreAnswer =
  | {
      kind: 'restored';
      rooms: RoomIntervalMap;
      position: JournalPosition;
      records: JournalRecord[];
      /** `records` has all orders, but other entries only up to this number: less than `position.n` if more have to be read. */
      readTo: number;
    }
  | { kind: 'moved'; owner: string }
  | { kind: 'refused'; reason: RestoreRefusalReason };

export interface ResumeBounds {
  /** Least number of entries kept per room. */
  readonly maxEvents: number;
  /** Entries kept in the log of all rooms, from which a node fills gaps. */
  readonly logEvents: number;
  /** Expiry of a room without new entries. */
  readonly roomKeepMs: number;
  /** Most sessions per user, including those of connected sockets. */
  readonly sessionsPerUser: number;
  /** Longest expiry of a session without a socket; sessions of connected sockets have a longer one. */
  readonly awayKeepMs: number;
}

/** After an outage three nodes may append 10,000 held events each within a second, before a fourth node has reconnected. */
const LOG_EVENTS = 40_000;
const DETECTION_SLACK_MS = 60_000;

/** How much the journal keeps, and for how long. */
export function resumeBounds(
  config: Pick<
    AppConfig,
    'recoveryWindowMs' | 'recoveryMaxEvents' | 'sessionsPerUser' | 'pingIntervalMs' | 'pingTimeoutMs'
  >,
): ResumeBounds {
  const { recoveryWindowMs, recoveryMaxEvents, pingIntervalMs, pingTimeoutMs } = config;
  return {
    maxEvents: recoveryMaxEvents,
    logEvents: LOG_EVENTS,
    sessionsPerUser: config.sessionsPerUser,
    awayKeepMs: recoveryWindowMs,
    // A session expires one window after its end was detected, which takes the ping timeout for a half-open connection.
    roomKeepMs: 2 * recoveryWindowMs + pingIntervalMs + pingTimeoutMs + DETECTION_SLACK_MS,
  };
}

/** Every method rejects within seconds if the store cannot be reached; then it is unknown whether the call took effect. */
export interface ResumeStore {
  /** The journal's position. Begins a new epoch if the store has lost data or may have lost some. */
  readPosition(): Promise<JournalPosition>;
  /**
   * Appends the requests in order, each under the next number, and publishes them to every node's feed. Idempotent: requests up
   * to the source's highest `seq` are skipped. A superseded event is appended to the log only, and only its header line.
   */
  append(source: string, requests: readonly AppendRequest[]): Promise<void>;
  /** Entries of all rooms after a position; possibly not all of them: continue from the last record. */
  readLog(after: JournalPosition): Promise<LogRead>;
  /** Whether the store holds the session's `rooms` object itself, so that changes of it need not be saved. */
  readonly keepsLiveRooms: boolean;
  /**
   * Saves sessions; answers in their order. `foreign`: another owner has the session. `absent`: it does not exist and is not
   * `isNew`. If a user then has more than `sessionsPerUser` sessions, those suspended for longest are removed; sessions of
   * connected sockets stay.
   */
  save(saves: readonly SessionSave[]): Promise<SaveAnswer[]>;
  /** Renews the expiry of sessions. @returns in their order, whether each still exists under this owner. */
  touch(sessions: readonly { pid: string; owner: string }[], keepMs: number): Promise<boolean[]>;
  /** Deletes a session unless another owner has it. */
  deleteSession(pid: string, owner: string): Promise<void>;
  /** False only if no session, connected or suspended, is in the room. */
  mayHaveSessionIn(room: string): boolean;
  find(pid: string): Promise<Pick<StoredSession, 'owner' | 'socketId' | 'userId' | 'login'> | null>;
  /**
   * Takes a session over and returns the entries of its rooms after the position, in order and each once, and its unapplied
   * orders independently of the position. Reads no other rooms, and possibly not all entries: continue from `readTo`. A refusal
   * changes nothing; a repeated restore by the same `nextOwner` succeeds again.
   */
  restore(request: RestoreRequest): Promise<RestoreAnswer>;
}

export interface FeedListener {
  /** The subscription is active (again): entries published before may have been missed. */
  onReady(): void;
  onRecord(epoch: string, record: JournalRecord): void;
  onNodeMessage(message: string): void;
}

/** Delivers appended entries to a node, each at most once and in order, and carries messages between nodes. */
export interface JournalFeed {
  /** Whether there may be other nodes. */
  readonly isShared: boolean;
  subscribe(source: string, listener: FeedListener): void;
  /** Renews a subscription that no longer delivers. */
  resubscribe(): void;
  /** @returns whether the message had a receiver; false means that the node of that source has stopped. */
  sendToNode(source: string, message: string): Promise<boolean>;
  close(): void;
}
