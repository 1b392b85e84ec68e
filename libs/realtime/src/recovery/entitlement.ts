/** What a session that was away is due, of what its rooms and everybody got meanwhile. */
import { decodeEntry, isSuperseded, type JournalEntry } from './journal-entry';
import { ordersOf, type RestoreAnswer } from './recovery-store';
import { RestoreRefused } from './restore-refused';
import type { Heard } from './ring';
import { covers, entered as enter, exited, isOpen } from './room-spans';
import { SessionRooms } from './session-rooms';

type Answered = Extract<RestoreAnswer, { kind: 'restored' }>;

interface Entitled {
  rooms: SessionRooms;
  missed: Heard[];
  /** Up to which entry `missed` goes, and the bytes of all entries up to there. */
  readTo: number;
  bytes: number;
  /** First come into while away, and where. */
  entered: [room: string, n: number][];
}

/**
 * Goes through what was missed in order, so that each entry meets the rooms as they were then. At most `maxBytes` of entries
 * are taken, but at least one; orders are followed to the end.
 */
export function entitled(answer: Answered, userId: string, maxBytes: number): Entitled {
  const rooms = SessionRooms.copyOf(answer.rooms);
  const missed: Heard[] = [];
  let [bytes, takenTo, isFull] = [0, 0, false];
  const entered: Entitled['entered'] = [];
  const obeyedTo = rooms.get(ordersOf(userId))?.[0] ?? 0;
  for (const { n, payload } of answer.records) {
    const entry = decodeEntry(payload);
    const { order } = entry;
    if (order?.kind === 'gap') throw new RestoreRefused('trimmed');
    if (!order) {
      isFull ||= bytes > 0 && bytes + payload.length > maxBytes;
      if (isFull) continue;
      bytes += payload.length;
      takenTo = n;
      if (isFor(entry, (room) => covers(rooms.get(room), n))) missed.push({ n, entry });
    } else if (n <= obeyedTo) continue;
    else if (order.kind === 'end') throw new RestoreRefused('ended');
    else {
      const spans = rooms.get(order.room);
      if (order.kind === 'leave' && spans && n > (spans.at(-2) ?? 0)) rooms.set(order.room, exited(spans, n));
      if (order.kind === 'join' && !isOpen(spans) && n >= (spans?.at(-1) ?? 0)) {
        rooms.set(order.room, enter(spans, n));
        entered.push([order.room, n]);
      }
    }
  }
  return { rooms, missed, readTo: isFull ? takenTo : answer.readTo, bytes, entered };
}

/** Whether an entry is for who is in the rooms of which `inside` says so. */
export function isFor(entry: JournalEntry, inside: (room: string) => boolean): boolean {
  const { rooms, except } = entry;
  return !isSuperseded(entry) && (rooms.length === 0 || rooms.some(inside)) && !except.some(inside);
}
