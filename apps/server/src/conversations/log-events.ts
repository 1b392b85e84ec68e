/** What an entry of the log says to clients: the same live, in a sync, and when another node tells it. */
import { type LogEvents, type LogEventType, SPOKEN, type SyncedEvent, type UserRef } from '@aeturnis/contracts';
import type { Facts, LogEntry } from './log-entry';

/** What somebody is called whose account has been deleted. */
export const DELETED_NAME = 'deleted';

type Names = ReadonlyMap<string, string>;
type Build<Type extends LogEventType> = (entry: LogEntry, names: Names) => Omit<LogEvents[Type], keyof Place>;
type Place = Pick<LogEvents[LogEventType], 'conversationId' | 'seq'>;

const BUILD: { [Type in LogEventType]: Build<Type> } = {
  'message:new': (entry, names) => ({
    id: entry.id ?? '',
    senderId: entry.actorId,
    sender: user(entry.actorId, names),
    content: entry.content ?? '',
    createdAt: time(entry),
    ...(entry.tempId === null ? {} : { tempId: entry.tempId }),
  }),
  'message:updated': (entry) => ({
    id: entry.messageId ?? '',
    content: entry.content ?? '',
    editedAt: time(entry),
  }),
  'message:deleted': (entry) => ({
    id: entry.messageId ?? '',
    deletedAt: time(entry),
    deletedBy: entry.actorId,
  }),
  'reaction:added': (entry, names) => ({
    id: entry.id ?? '',
    messageId: entry.messageId ?? '',
    emoji: entry.facts?.emoji ?? '',
    userId: entry.actorId,
    user: user(entry.actorId, names),
    createdAt: time(entry),
  }),
  'reaction:removed': (entry) => ({
    id: entry.facts?.reactionId ?? '',
    messageId: entry.messageId ?? '',
    userId: entry.actorId,
  }),
  'conversation:created': (entry, names) => ({
    kind: entry.facts?.kind ?? 'group',
    ...(entry.facts?.title == null ? {} : { title: entry.facts.title }),
    members: membersIn(entry, names),
    createdBy: entry.actorId,
    createdAt: time(entry),
  }),
  'conversation:updated': (entry) => ({
    title: entry.facts?.title ?? '',
    updatedBy: entry.actorId,
    updatedAt: time(entry),
  }),
  'conversation:member_added': (entry, names) => ({
    ...onlyOne(entry, names),
    members: membersIn(entry, names),
    addedBy: entry.actorId,
    addedAt: time(entry),
  }),
  'conversation:member_removed': (entry) => ({
    ...concerned(entry),
    removedBy: entry.actorId,
    removedAt: time(entry),
  }),
  'conversation:role_changed': (entry) => ({
    ...concerned(entry),
    role: entry.facts?.role ?? 'member',
    changedBy: entry.actorId,
    changedAt: time(entry),
  }),
};

/** `names` by user, of all that `usersIn` tells. */
export function toEvent(entry: LogEntry, names: Names): SyncedEvent {
  const { conversationId, seq, type } = entry;
  const data = { conversationId, seq, ...BUILD[type](entry, names) };
  return { seq, type, data } as SyncedEvent;
}

/** Whether this is something that somebody says, and that those who have blocked this user do not get to see. */
export const isSpoken = ({ type }: Pick<LogEntry, 'type'>): boolean => (SPOKEN as readonly string[]).includes(type);

/** What an entry says to somebody who has blocked these users. */
export function toEventFor(blocking: ReadonlySet<string>, entry: LogEntry, names: Names): SyncedEvent {
  return blocking.has(entry.actorId) && isSpoken(entry) ? toHidden(entry) : toEvent(entry, names);
}

/** The place of an entry, and nothing of what it says. */
export function toHidden({ conversationId, seq, type }: LogEntry): SyncedEvent {
  return { seq, type, hidden: true, data: { conversationId, seq, hidden: true } } as SyncedEvent;
}

/** Whose names the events of these entries tell. */
export function usersIn(entries: readonly LogEntry[]): string[] {
  const users = new Set<string>();
  for (const { actorId, facts } of entries) {
    users.add(actorId);
    if (facts?.userId !== undefined) users.add(facts.userId);
    for (const { id } of facts?.members ?? []) users.add(id);
  }
  return [...users];
}

/** Whom an entry brings in or takes out. */
export function movedBy({ type, facts }: LogEntry): string[] {
  if (type === 'conversation:created' || type === 'conversation:member_added')
    return addedIn(facts).map(({ id }) => id);
  return type === 'conversation:member_removed' && facts?.userId !== undefined ? [facts.userId] : [];
}

export const user = (id: string, names: Names): UserRef => ({ id, name: names.get(id) ?? DELETED_NAME });

const time = ({ at }: LogEntry): string => at.toISOString();
/** An entry that brings in one user names that one; entries of several carry a list. */
const addedIn = (facts: Facts | null): NonNullable<Facts['members']> =>
  facts?.members ?? (facts?.userId === undefined ? [] : [{ id: facts.userId, role: facts.role ?? 'member' }]);
const membersIn = ({ facts }: LogEntry, names: Names) =>
  addedIn(facts).map(({ id, role }) => ({ ...user(id, names), role }));
const onlyOne = ({ facts }: LogEntry, names: Names) =>
  facts?.userId === undefined
    ? {}
    : { userId: facts.userId, user: user(facts.userId, names), role: facts.role ?? ('member' as const) };
const concerned = ({ facts }: LogEntry): { userId: string } => ({ userId: facts?.userId ?? '' });
