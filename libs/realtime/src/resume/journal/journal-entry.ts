/** Entries of the journal, events or orders about the sessions of a user, with their encoding; positions, with their offsets. */
import type { CloseCode } from '@aeturnis/contracts';

/**
 * Applies to all sessions of a user, connected or suspended. `join` and `leave`: a room. `end`: the sessions must not be resumed.
 * `gap` is for all nodes: a node has dropped events that belong here; with `orders`, also orders, so that connected clients may
 * still be in rooms that they were removed from. Nodes exchange these literals; they must not be renamed.
 */
export type SessionOrder =
  | { kind: 'join' | 'leave'; userId: string; room: string }
  | { kind: 'end'; userId: string; code: CloseCode; message: string }
  | { kind: 'gap'; orders?: true };

export interface JournalEntry {
  /** The process incarnation that appended the entry, and the entry's sequence number within it. */
  readonly source: string;
  readonly seq: number;
  /** Recipients; empty for all clients. */
  readonly rooms: readonly string[];
  readonly except: readonly string[];
  /** The encoded packet: its text, then its binary attachments. Empty for an order and for a superseded event. */
  readonly frames: readonly (string | Buffer)[];
  readonly order?: SessionOrder;
  /** Equal in all entries that publish the same event. */
  readonly dedupId?: string;
}

export interface NumberedEntry {
  readonly n: number;
  readonly entry: JournalEntry;
}

/** Has no recipients: the same event, or a later version of it, was published before. */
export const isSuperseded = ({ frames, order }: JournalEntry): boolean => frames.length === 0 && !order;

/** Whether an entry is addressed to a session or socket that is in the rooms for which `isMember` returns true. */
export function isAddressedTo(entry: JournalEntry, isMember: (room: string) => boolean): boolean {
  const { rooms, except } = entry;
  return !isSuperseded(entry) && (rooms.length === 0 || rooms.some(isMember)) && !except.some(isMember);
}

type JournalEntryHeader = [
  source: string,
  seq: number,
  rooms: string[],
  except: string[],
  binary: string[],
  order?: SessionOrder | null,
  dedupId?: string,
];

// A JSON header line, then the packet's text verbatim: it is long, and JSON would escape it a second time.
export function encodeEntry({ source, seq, rooms, except, frames, order, dedupId }: JournalEntry): string {
  const [text = '', ...attachments] = frames;
  const binary = attachments.map((frame) => Buffer.from(frame).toString('base64'));
  const header: unknown[] = [source, seq, rooms, except, binary];
  if (order || dedupId !== undefined) header.push(order ?? null);
  if (dedupId !== undefined) header.push(dedupId);
  return `${JSON.stringify(header)}\n${text.toString()}`;
}

export function decodeEntry(payload: string): JournalEntry {
  const end = payload.indexOf('\n');
  const header = JSON.parse(payload.slice(0, end)) as JournalEntryHeader;
  const [source, seq, rooms, except, binary, order, dedupId] = header;
  const text = payload.slice(end + 1);
  const frames = text === '' ? [] : [text, ...binary.map((frame) => Buffer.from(frame, 'base64'))];
  return { source, seq, rooms, except, frames, ...(order && { order }), ...(dedupId !== undefined && { dedupId }) };
}

/** The event name in its encoded form; a name that contains an escaped quote is cut there. */
export function eventNameOf([text = '']: JournalEntry['frames']): string {
  const packet = text.toString();
  const from = packet.indexOf('"') + 1;
  return packet.slice(from, packet.indexOf('"', from));
}

const CREATED_AT = '"createdAt":"';

/** In epoch milliseconds; undefined without `createdAt`. Quotes inside JSON strings are escaped, so a match is a member. */
export function createdAtOf([text = '']: JournalEntry['frames']): number | undefined {
  const packet = text.toString();
  const found = packet.lastIndexOf(CREATED_AT);
  if (found < 0) return undefined;
  const from = found + CREATED_AT.length;
  const at = Date.parse(packet.slice(from, packet.indexOf('"', from)));
  return Number.isNaN(at) ? undefined : at;
}

/** Adds the offset as the last argument of the event, where stock Socket.IO clients read it. */
export function withOffset(frames: JournalEntry['frames'], offset: string): (string | Buffer)[] {
  const [text = '', ...attachments] = frames;
  return [`${text.toString().slice(0, -1)},"${offset}"]`, ...attachments];
}

/** The journal's epoch, which changes when the store may have lost entries, and the number of the last entry in it. */
export interface JournalPosition {
  readonly epoch: string;
  readonly n: number;
}

const OFFSET_PATTERN = /^([0-9a-f]{16})-([0-9a-z]{1,10})$/;

export function offsetOf({ epoch, n }: JournalPosition): string {
  return `${epoch}-${n.toString(36)}`;
}

/** Null if the text is not an offset that this server can have issued. */
export function parseOffset(offset: string): JournalPosition | null {
  const [, epoch, n] = OFFSET_PATTERN.exec(offset) ?? [];
  return epoch === undefined || n === undefined ? null : { epoch, n: Number.parseInt(n, 36) };
}
