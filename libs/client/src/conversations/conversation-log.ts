/** The log of one conversation as far as the client has it: entries in order, each applied once. */
import type {
  ConversationMemberView,
  ConversationView,
  EventName,
  LogEvents,
  LogEventType,
  MessageView,
  SyncedEvent,
} from '@aeturnis/contracts';

type Appliers = { readonly [Type in LogEventType]: (log: ConversationLog, data: LogEvents[Type]) => void };

export class ConversationLog {
  title: string | undefined;
  /** By id; the user itself is one of them. */
  readonly members = new Map<string, ConversationMemberView>();
  /** By id, in the order of their arrival. */
  readonly messages = new Map<string, MessageView>();
  /** The seq of the last entry that is applied. */
  position: number;

  constructor({ title, members, head }: Pick<ConversationView, 'title' | 'members' | 'head'>) {
    this.title = title;
    this.position = head;
    this.setMembers(members);
  }

  setMembers(members: readonly ConversationMemberView[]): void {
    this.members.clear();
    for (const member of members) this.members.set(member.id, member);
  }

  /** Messages of a page are as they are now: entries that follow change nothing that they have already. */
  addPage(messages: readonly MessageView[]): void {
    for (const message of messages) this.messages.set(message.id, message);
  }

  /** A message that the server has stored, before its entry has arrived. */
  addSent(message: MessageView): void {
    if (message.seq > this.position && !this.messages.has(message.id)) this.messages.set(message.id, message);
  }

  /** @returns false if entries before it are missing. */
  apply(entry: SyncedEvent): boolean {
    if (entry.seq > this.position + 1) return false;
    if (entry.seq <= this.position) return true;
    this.position = entry.seq;
    if (!entry.hidden) (APPLIERS[entry.type] as (log: ConversationLog, data: object) => void)(this, entry.data);
    return true;
  }

  /** In the order of the log. */
  ordered(): MessageView[] {
    return [...this.messages.values()].sort((one, other) => one.seq - other.seq);
  }

  changeMessage(id: string, change: (message: MessageView) => Partial<MessageView>): void {
    const message = this.messages.get(id);
    if (message) this.messages.set(id, { ...message, ...change(message) });
  }

  changeMember(id: string, change: (member: ConversationMemberView) => Partial<ConversationMemberView>): void {
    const member = this.members.get(id);
    if (member) this.members.set(id, { ...member, ...change(member) });
  }
}

const newcomer = { readSeq: 0, deliveredSeq: 0 };

const APPLIERS: Appliers = {
  'message:new': (log, message) => log.messages.set(message.id, { ...message, reactions: [] }),
  'message:updated': (log, { id, content, editedAt }) => log.changeMessage(id, () => ({ content, editedAt })),
  'message:deleted': (log, { id, deletedAt }) =>
    log.changeMessage(id, () => ({ content: '', deletedAt, reactions: [] })),
  'reaction:added': (log, { id, messageId, emoji, userId }) =>
    log.changeMessage(messageId, ({ reactions }) => ({
      reactions: [...reactions.filter((reaction) => reaction.id !== id), { id, emoji, userId }],
    })),
  'reaction:removed': (log, { id, messageId }) =>
    log.changeMessage(messageId, ({ reactions }) => ({ reactions: reactions.filter((known) => known.id !== id) })),
  'conversation:created': (log, { title, members }) => {
    log.title = title;
    for (const member of members)
      if (!log.members.has(member.id)) log.members.set(member.id, { ...newcomer, ...member });
  },
  'conversation:updated': (log, { title }) => void (log.title = title),
  'conversation:member_added': (log, { members }) => {
    for (const member of members) log.members.set(member.id, { ...newcomer, ...member });
  },
  'conversation:member_removed': (log, { userId }) => void log.members.delete(userId),
  'conversation:role_changed': (log, { userId, role }) => log.changeMember(userId, () => ({ role })),
};

export const isLogEvent = (name: EventName): name is LogEventType => name in APPLIERS;
