/** What the journal holds: an encoded event and whom it is for, or an order about the sessions of a user. */
import type { CloseCode } from '@aeturnis/contracts';

/**
 * Binds sessions that are away as it binds those that are connected. `end`: they may not be recovered. `gap`: a node has
 * given up events that belong here; with `orders`, also orders, so that connected clients may have rights that they lost.
 */
export type Order =
  | { kind: 'join' | 'leave'; userId: string; room: string }
  | { kind: 'end'; userId: string; code: CloseCode; message: string }
  | { kind: 'gap'; orders?: true };

export interface JournalEntry {
  /** The node's life that submitted it, and its number among what that submitted. */
  readonly source: string;
  readonly seq: number;
  /** None: everybody. */
  readonly rooms: readonly string[];
  readonly except: readonly string[];
  /** The encoded packet: a text, followed by its binary attachments; none for an order, or where it is superseded. */
  readonly frames: readonly (string | Buffer)[];
  readonly order?: Order;
  /** The same in all entries that publish one event again. */
  readonly dedupId?: string;
}

/** Delivered to nobody: the event, or a later version of it, was published before. */
export const isSuperseded = ({ frames, order }: JournalEntry): boolean => frames.length === 0 && !order;

type Header = [
  source: string,
  seq: number,
  rooms: string[],
  except: string[],
  binary: string[],
  order?: Order | null,
  dedupId?: string,
];

// The text of the packet follows its header as it is: it is long, and must not be escaped again.
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
  const header = JSON.parse(payload.slice(0, end)) as Header;
  const [source, seq, rooms, except, binary, order, dedupId] = header;
  const text = payload.slice(end + 1);
  const frames = text === '' ? [] : [text, ...binary.map((frame) => Buffer.from(frame, 'base64'))];
  return { source, seq, rooms, except, frames, ...(order && { order }), ...(dedupId !== undefined && { dedupId }) };
}

/** As it is encoded: a name that has to be escaped is not read to its end. */
export function eventNameOf([text = '']: JournalEntry['frames']): string {
  const packet = text.toString();
  const from = packet.indexOf('"') + 1;
  return packet.slice(from, packet.indexOf('"', from));
}

const CREATED_AT = '"createdAt":"';

/** In milliseconds; undefined where the event has none. Inside of texts quotes are escaped: what is found is a member. */
export function createdAtOf([text = '']: JournalEntry['frames']): number | undefined {
  const packet = text.toString();
  const found = packet.lastIndexOf(CREATED_AT);
  if (found < 0) return undefined;
  const from = found + CREATED_AT.length;
  const at = Date.parse(packet.slice(from, packet.indexOf('"', from)));
  return Number.isNaN(at) ? undefined : at;
}

/** The frames with the offset as the last argument of the event, which is where stock clients look for it. */
export function withOffset(frames: JournalEntry['frames'], offset: string): (string | Buffer)[] {
  const [text = '', ...attachments] = frames;
  return [`${text.toString().slice(0, -1)},"${offset}"]`, ...attachments];
}
