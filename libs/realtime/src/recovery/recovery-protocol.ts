/** How the journal's scripts are called, and how their answers read. */
import type { Redis } from 'ioredis';
import { APPEND, HELLO, LOG, RESTORE } from './recovery-scripts';
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

export function readRestored(answer: string[], epoch: string): RestoreAnswer {
  const [kind = 'unknown', first = '', n = '0', id = '', since = '0', names = '[]', readTo = '', ...flat] = answer;
  if (kind === 'moved') return { kind, owner: first };
  if (kind !== 'restored') return { kind: 'refused', reason: kind as RefusedRestore };
  const own = new Map(Object.entries(JSON.parse(first) as Record<string, Spans>));
  const shared = id === '' ? null : new RoomSet(new Set(JSON.parse(names) as string[]));
  const records = readRecords(flat).sort((a, b) => a.n - b.n);
  const rooms = SessionRooms.ofParts({ own, shared, since: [Number(since), 0] });
  const position = { epoch, n: Number(n) };
  return { kind, rooms, position, records, readTo: readTo === '' ? position.n : Number(readTo) };
}

function readRecords(flat: string[]): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) records.push({ n: Number(flat[i]), payload: flat[i + 1] ?? '' });
  return records;
}
