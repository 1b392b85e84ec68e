/** How the journal's scripts are called, and how their answers read. */
import type { Redis } from 'ioredis';
import type { RoomRead } from './missed-records';
import { APPEND, HELLO, LOG } from './recovery-scripts';
import type { Position } from './position';
import {
  FOR_ALL,
  type JournalRecord,
  type LogRead,
  type RefusedRestore,
  type RestoreAnswer,
  type RoomSpans,
  type SaveAnswer,
  type SessionSave,
  type Submission,
  VERSION_KEEP_MS,
  type VersionedEvent,
} from './recovery-store';
import { READ, RESTORE } from './restore-scripts';
import type { Spans } from './room-spans';
import { type RoomParts, RoomSet, SessionRooms } from './session-rooms';
import { DROP, SAVE, TOUCH } from './session-scripts';

type Argument = string | number;
type Script<Answer> = (base: string, ...args: Argument[]) => Promise<Answer>;

export type RecoveryRedis = Redis & {
  recoveryHello: Script<[epoch: string, n: string]>;
  recoveryAppend: Script<1>;
  recoveryLog: Script<string[]>;
  recoverySave: Script<(SaveAnswer | 'unshared')[]>;
  recoveryTouch: Script<(0 | 1)[]>;
  recoveryDrop: Script<0 | 1>;
  recoveryRestore: Script<string[]>;
  recoveryRead: Script<string[]>;
};

export function defineRecoveryScripts(redis: Redis): RecoveryRedis {
  const scripts = {
    recoveryHello: HELLO,
    recoveryAppend: APPEND,
    recoveryLog: LOG,
    recoverySave: SAVE,
    recoveryTouch: TOUCH,
    recoveryDrop: DROP,
    recoveryRestore: RESTORE,
    recoveryRead: READ,
  };
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(name, { numberOfKeys: 1, lua });
  return redis as RecoveryRedis;
}

export function submissionArguments(submissions: readonly Submission[]): Argument[] {
  const all = submissions.flatMap(({ seq, payload, rooms, versioned }) => {
    const kept = rooms.length > 0 ? rooms : [FOR_ALL];
    return [seq, payload, versioned ? versionArgument(versioned) : '', kept.length, ...kept];
  });
  return [submissions.length, ...all];
}

const versionArgument = ({ key, version, dedupKey = '', keepMs = VERSION_KEEP_MS }: VersionedEvent): string =>
  `${version} ${keepMs} ${dedupKey} ${key}`;

/** `isStored`: the names in the set need not be sent. Those of others are sent once. */
export function saveArguments(saves: readonly SessionSave[], isStored: (set: RoomSet) => boolean): Argument[] {
  const sent = new Set<RoomSet>();
  return saves.flatMap(({ session, fresh, keepMs }) => {
    const { pid, owner, socketId, userId, login, epoch } = session;
    const { own, shared, since } = partsOf(session.rooms);
    const isNew = shared !== null && !isStored(shared) && !sent.has(shared);
    if (isNew) sent.add(shared);
    const names = isNew ? JSON.stringify([...shared.names]) : '';
    const identity = [pid, owner, socketId, userId, login, epoch];
    return [...identity, roomsText(own), fresh ? 1 : 0, keepMs, shared?.id ?? '', since[0] ?? 0, names];
  });
}

export const partsOf = (rooms: RoomSpans): RoomParts =>
  rooms instanceof SessionRooms ? rooms.parts : { own: new Map(rooms), shared: null, since: [] };

export const roomsText = (rooms: Iterable<[string, Spans]>): string => JSON.stringify(Object.fromEntries(rooms));

export function readLog([kind, epoch = '', n = '0', ...flat]: string[]): LogRead {
  const position = { epoch, n: Number(n) };
  if (kind === 'epoch' || kind === 'trimmed') return { kind, position };
  return { kind: 'read', position, records: readRecords(flat) };
}

/** A session that was taken over, and the first part of what it has missed. */
interface TakenOver {
  readonly kind: 'restored';
  readonly rooms: SessionRooms;
  readonly position: Position;
  readonly part: RestoredPart;
}

/** `rest`: what is still to be read. */
interface RestoredPart {
  readonly kind: 'read';
  readonly rest: RoomRead[];
  readonly orders: JournalRecord[];
  readonly records: JournalRecord[];
}

type Refused = Extract<RestoreAnswer, { kind: 'refused' | 'moved' }>;

export function readRestored(answer: string[], epoch: string): TakenOver | Refused {
  const [kind = 'unknown', first = '', n = '0', id = '', since = '0', names = '[]', ...part] = answer;
  if (kind === 'moved') return { kind, owner: first };
  if (kind !== 'restored') return { kind: 'refused', reason: kind as RefusedRestore };
  const own = new Map(Object.entries(JSON.parse(first) as Record<string, Spans>));
  const shared = id === '' ? null : new RoomSet(new Set(JSON.parse(names) as string[]));
  const rooms = SessionRooms.ofParts({ own, shared, since: [Number(since), 0] });
  return { kind, rooms, position: { epoch, n: Number(n) }, part: partOf(part) };
}

export function readPart([kind = 'epoch', ...part]: string[]): RestoredPart | Extract<Refused, { kind: 'refused' }> {
  return kind === 'read' ? partOf(part) : { kind: 'refused', reason: kind as RefusedRestore };
}

function partOf([rest = '', count = '0', ...flat]: string[]): RestoredPart {
  const orders = readRecords(flat.slice(0, Number(count)));
  const records = readRecords(flat.slice(Number(count)));
  return { kind: 'read', rest: rest === '' ? [] : (JSON.parse(rest) as RoomRead[]), orders, records };
}

function readRecords(flat: string[]): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) records.push({ n: Number(flat[i]), payload: flat[i + 1] ?? '' });
  return records;
}
