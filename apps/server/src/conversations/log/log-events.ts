/** Builds client events from log entries: the same for live delivery, a sync, and a publication by another node. */
import {
  type LogEvents,
  type LogEventType,
  HIDEABLE_ENTRY_TYPES,
  type SyncedEvent,
  type UserRef,
} from '@aeturnis/contracts';
import type { EntryFacts, LogEntry } from './log-entry';

/** The name shown for users whose account has been deleted. */
export const DELETED_USER_NAME = 'deleted';

type Names = ReadonlyMap<string, string>;
type EventBuilder<Type extends LogEventType> = (
  entry: LogEntry,
  names: Names,
) => Omit<LogEvents[Type], keyof EntryPosition>;
type EntryPosition = Pick<LogEvents[LogEventType], 'conversationId' | 'seq'>;

const EVENT_BUILDERS: { [Type in LogEventType]: EventBuilder<Type> } = {
  'message:new': (entry, names) => ({
    id: entry.id ?? '',
    senderId: entry.actorId,
    sender: userRef(entry.actorId, names),
    content: entry.content ?? '',
    createdAt: isoTime(entry),
    ...(entry.tempId === null ? {} : { tempId: entry.tempId }),
  }),
  'message:updated': (entry) => ({
    id: entry.messageId ?? '',
    content: entry.content ?? '',
    editedAt: isoTime(entry),
  }),
  'message:deleted': (entry) => ({
    id: entry.messageId ?? '',
    deletedAt: isoTime(entry),
    deletedBy: entry.actorId,
  }),
  'reaction:added': (entry, names) => ({
    id: entry.id ?? '',
    messageId: entry.messageId ?? '',
    emoji: entry.facts?.emoji ?? '',
    userId: entry.actorId,
    user: userRef(entry.actorId, names),
    createdAt: isoTime(entry),
  }),
  'reaction:removed': (entry) => ({
    id: entry.facts?.reactionId ?? '',
    messageId: entry.messageId ?? '',
    userId: entry.actorId,
  }),
  'conversation:created': (entry, names) => ({
    kind: entry.facts?.kind ?? 'group',
    ...(entry.facts?.title == null ? {} : { title: entry.facts.title }),
    members: membersWithNames(entry, names),
    createdBy: entry.actorId,
    createdAt: isoTime(entry),
  }),
  'conversation:updated': (entry) => ({
    title: entry.facts?.title ?? '',
    updatedBy: entry.actorId,
    updatedAt: isoTime(entry),
  }),
  'conversation:member_added': (entry, names) => ({
    ...singleMember(entry, names),
    members: membersWithNames(entry, names),
    addedBy: entry.actorId,
    addedAt: isoTime(entry),
  }),
  'conversation:member_removed': (entry) => ({
    ...subjectOf(entry),
    removedBy: entry.actorId,
    removedAt: isoTime(entry),
  }),
  'conversation:role_changed': (entry) => ({
    ...subjectOf(entry),
    role: entry.facts?.role ?? 'member',
    changedBy: entry.actorId,
    changedAt: isoTime(entry),
  }),
};

/** `names` must hold the name of every user that `userIdsIn` returns. */
export function toEvent(entry: LogEntry, names: Names): SyncedEvent {
  const { conversationId, seq, type } = entry;
  const data = { conversationId, seq, ...EVENT_BUILDERS[type](entry, names) };
  return { seq, type, data } as SyncedEvent;
}

/** Whether the entry carries content of its author, which users who block the author do not see. */
export const isSpoken = ({ type }: Pick<LogEntry, 'type'>): boolean =>
  (HIDEABLE_ENTRY_TYPES as readonly string[]).includes(type);

/** The event for a viewer that blocks the users in `blocking`. */
export function toEventFor(blocking: ReadonlySet<string>, entry: LogEntry, names: Names): SyncedEvent {
  return blocking.has(entry.actorId) && isSpoken(entry) ? toHiddenEvent(entry) : toEvent(entry, names);
}

/** The position of an entry without its content. */
export function toHiddenEvent({ conversationId, seq, type }: LogEntry): SyncedEvent {
  return { seq, type, hidden: true, data: { conversationId, seq, hidden: true } } as SyncedEvent;
}

/** The users whose names the events of these entries contain. */
export function userIdsIn(entries: readonly LogEntry[]): string[] {
  const users = new Set<string>();
  for (const { actorId, facts } of entries) {
    users.add(actorId);
    if (facts?.userId !== undefined) users.add(facts.userId);
    for (const { id } of facts?.members ?? []) users.add(id);
  }
  return [...users];
}

/** The users that an entry adds or removes. */
export function membersChangedBy({ type, facts }: LogEntry): string[] {
  if (type === 'conversation:created' || type === 'conversation:member_added')
    return addedMembers(facts).map(({ id }) => id);
  return type === 'conversation:member_removed' && facts?.userId !== undefined ? [facts.userId] : [];
}

export const userRef = (id: string, names: Names): UserRef => ({ id, name: names.get(id) ?? DELETED_USER_NAME });

const isoTime = ({ at }: LogEntry): string => at.toISOString();
/** An entry that adds one user carries `userId`; one that adds several carries a list. */
const addedMembers = (facts: EntryFacts | null): NonNullable<EntryFacts['members']> =>
  facts?.members ?? (facts?.userId === undefined ? [] : [{ id: facts.userId, role: facts.role ?? 'member' }]);
const membersWithNames = ({ facts }: LogEntry, names: Names) =>
  addedMembers(facts).map(({ id, role }) => ({ ...userRef(id, names), role }));
const singleMember = ({ facts }: LogEntry, names: Names) =>
  facts?.userId === undefined
    ? {}
    : { userId: facts.userId, user: userRef(facts.userId, names), role: facts.role ?? ('member' as const) };
const subjectOf = ({ facts }: LogEntry): { userId: string } => ({ userId: facts?.userId ?? '' });
