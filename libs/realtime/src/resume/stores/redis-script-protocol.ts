/** Encodes calls of the resume scripts for `RedisResumeStore` and parses their answers; the scripts document both formats. */
import { join } from 'node:path';
import { luaCommands } from '@aeturnis/platform';
import type { Redis } from 'ioredis';
import type { JournalPosition } from '../journal/journal-entry';
import {
  BROADCAST_STREAM,
  type JournalRecord,
  type LogRead,
  type RestoreRefusalReason,
  type RestoreAnswer,
  type SaveAnswer,
  type SessionSave,
  type AppendRequest,
  VERSION_KEEP_MS,
  type VersionedEvent,
} from './resume-store';
import {
  type RoomIntervalMap,
  type RoomIntervals,
  type SessionRoomParts,
  RoomNameSet,
  SessionRooms,
} from '../sessions/session-rooms';

/** Most rooms in one part of a restore. */
export const PART_ROOMS = 100;

/** A pending read: a room, the number after which to read, and the last number. Sent to `READ_PART` as it is. */
export type RoomRead = [room: string, after: number, last: number];

type ScriptArgument = string | number;
type ScriptCall<Answer> = (base: string, ...args: ScriptArgument[]) => Promise<Answer>;

export type ResumeRedis = Redis & {
  recoveryHello: ScriptCall<[epoch: string, n: string]>;
  recoveryAppend: ScriptCall<1>;
  recoveryLog: ScriptCall<string[]>;
  recoverySave: ScriptCall<(SaveAnswer | 'unshared')[]>;
  recoveryTouch: ScriptCall<(0 | 1)[]>;
  recoveryDrop: ScriptCall<0 | 1>;
  recoveryRestore: ScriptCall<string[]>;
  recoveryRead: ScriptCall<string[]>;
};

const FILES = {
  recoveryHello: 'read-position',
  recoveryAppend: 'append-entries',
  recoveryLog: 'read-log',
  recoverySave: 'save-sessions',
  recoveryTouch: 'touch-sessions',
  recoveryDrop: 'delete-session',
  recoveryRestore: 'restore-session',
  recoveryRead: 'read-part',
};
export const defineResumeScripts = luaCommands<ResumeRedis>(join(__dirname, 'scripts'), FILES, { PART_ROOMS });

export function appendArguments(requests: readonly AppendRequest[]): ScriptArgument[] {
  const all = requests.flatMap(({ seq, payload, rooms, versioned }) => {
    const streams = rooms.length > 0 ? rooms : [BROADCAST_STREAM];
    return [seq, payload, versioned ? versionArgument(versioned) : '', streams.length, ...streams];
  });
  return [requests.length, ...all];
}

const versionArgument = ({ key, version, dedupKey = '', keepMs = VERSION_KEEP_MS }: VersionedEvent): string =>
  `${version} ${keepMs} ${dedupKey} ${key}`;

/** `isStored`: Redis has the set's names, so that its id is enough. The names of another set are sent once per call. */
export function saveArguments(
  saves: readonly SessionSave[],
  isStored: (set: RoomNameSet) => boolean,
): ScriptArgument[] {
  const sent = new Set<RoomNameSet>();
  return saves.flatMap(({ session, isNew, keepMs }) => {
    const { pid, owner, socketId, userId, login, epoch } = session;
    const { own, shared, sharedSince } = roomPartsOf(session.rooms);
    const isSetNew = shared !== null && !isStored(shared) && !sent.has(shared);
    if (isSetNew) sent.add(shared);
    const names = isSetNew ? JSON.stringify([...shared.names]) : '';
    const identity = [pid, owner, socketId, userId, login, epoch];
    return [...identity, encodeRooms(own), isNew ? 1 : 0, keepMs, shared?.id ?? '', sharedSince[0] ?? 0, names];
  });
}

export const roomPartsOf = (rooms: RoomIntervalMap): SessionRoomParts =>
  rooms instanceof SessionRooms ? rooms.parts : { own: new Map(rooms), shared: null, sharedSince: [] };

export const encodeRooms = (rooms: Iterable<[string, RoomIntervals]>): string =>
  JSON.stringify(Object.fromEntries(rooms));

export function parseLog([kind, epoch = '', n = '0', ...flat]: string[]): LogRead {
  const position = { epoch, n: Number(n) };
  if (kind === 'epoch' || kind === 'trimmed') return { kind, position };
  return { kind: 'read', position, records: parseRecords(flat) };
}

/** A session that was taken over, and the first part of its missed entries. */
interface TakenOverSession {
  readonly kind: 'restored';
  readonly rooms: SessionRooms;
  readonly position: JournalPosition;
  readonly part: RestoredPart;
}

/** One part of the missed entries; `rest`: the reads that remain. */
interface RestoredPart {
  readonly kind: 'read';
  readonly rest: RoomRead[];
  readonly orders: JournalRecord[];
  readonly records: JournalRecord[];
}

type RestoreRefusal = Extract<RestoreAnswer, { kind: 'refused' | 'moved' }>;

export function parseRestored(answer: string[], epoch: string): TakenOverSession | RestoreRefusal {
  const [kind = 'unknown', first = '', n = '0', id = '', since = '0', names = '[]', ...part] = answer;
  if (kind === 'moved') return { kind, owner: first };
  if (kind !== 'restored') return { kind: 'refused', reason: kind as RestoreRefusalReason };
  const own = new Map(Object.entries(JSON.parse(first) as Record<string, RoomIntervals>));
  const shared = id === '' ? null : new RoomNameSet(new Set(JSON.parse(names) as string[]));
  const rooms = SessionRooms.ofParts({ own, shared, sharedSince: [Number(since), 0] });
  return { kind, rooms, position: { epoch, n: Number(n) }, part: restoredPartOf(part) };
}

export function parsePart([kind = 'epoch', ...part]: string[]):
  RestoredPart | Extract<RestoreRefusal, { kind: 'refused' }> {
  return kind === 'read' ? restoredPartOf(part) : { kind: 'refused', reason: kind as RestoreRefusalReason };
}

function restoredPartOf([rest = '', count = '0', ...flat]: string[]): RestoredPart {
  const orders = parseRecords(flat.slice(0, Number(count)));
  const records = parseRecords(flat.slice(Number(count)));
  return { kind: 'read', rest: rest === '' ? [] : (JSON.parse(rest) as RoomRead[]), orders, records };
}

function parseRecords(flat: string[]): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) records.push({ n: Number(flat[i]), payload: flat[i + 1] ?? '' });
  return records;
}
