/** One conversation, until it is closed: its state, and what the user does in it. */
import { lastItem } from '../base/last-item';
import type {
  ConversationView,
  LogEventType,
  MessagePage,
  MessageSent,
  MessageView,
  ServerToClientEvents,
  SyncedConversation,
  SyncedEvent,
} from '@aeturnis/contracts';
import { RequestError } from '../base/request-error';
import { type ReadableStore, Store, type Unsubscribe } from '../base/store';
import type { HttpApi } from '../http/http-api';
import type { MessageOutbox } from '../outbox/message-outbox';
import type { OutboxEntry } from '../outbox/outbox-storage';
import type { Requests } from '../requests/requests';
import type { ClientClock } from '../base/clock';
import { ConversationLog } from './conversation-log';
import { type ConversationState, emptyState, shownMessages } from './conversation-state';
import type { DeliveryReports } from './delivery-reports';
import type { LogSync, SyncTarget } from './log-sync';
import { Typing } from './typing';

const PAGE = 50;

export interface ConversationServices {
  readonly clock: ClientClock;
  readonly http: HttpApi;
  readonly requests: Requests;
  readonly outbox: MessageOutbox;
  readonly sync: LogSync;
  readonly deliveries: DeliveryReports;
  userId(): string;
  send(conversationId: string, content: string): Promise<{ readonly tempId: string }>;
}

export class OpenConversation implements SyncTarget {
  private readonly state: Store<ConversationState>;
  private readonly typing: Typing;
  private log: ConversationLog | undefined;
  /** Entries that arrive before the first page. */
  private early: SyncedEvent[] = [];
  private earlierThan: number | undefined;
  /** Events were missed while it was loading. */
  private hasMissed = false;
  private loading: Promise<void> | undefined;
  private holders = 0;
  private subscriptions: Unsubscribe[] = [];

  constructor(
    readonly id: string,
    private readonly services: ConversationServices,
    private readonly onClosed: () => void,
  ) {
    this.state = new Store(emptyState(id));
    this.typing = new Typing(services.clock, () => this.show());
  }

  get current(): ReadableStore<ConversationState> {
    return this.state;
  }

  subscribe(listener: (state: ConversationState) => void): () => void {
    return this.state.subscribe(listener);
  }

  get cursor(): number | undefined {
    return this.log?.position;
  }

  get isOpen(): boolean {
    return this.holders > 0;
  }

  /** It stays open until `close` was called as often. */
  retain(): void {
    this.holders++;
  }

  /** Ends one `open`; the last one ends the updates. Unsent messages are sent all the same. */
  close(): void {
    if (!this.isOpen || --this.holders > 0) return;
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
    this.typing.clear();
    this.onClosed();
  }

  /** Another user is connected: what the former one has opened is empty for good. */
  end(): void {
    this.holders = 1;
    this.close();
    this.log = undefined;
    this.state.set({ ...emptyState(this.id), isMember: false });
  }

  /** Reads the members and the latest messages, once. @throws RequestError */
  load(): Promise<void> {
    return (this.loading ??= this.read());
  }

  private async read(): Promise<void> {
    // The head first: entries after it are applied to the page, which may have them already.
    const view = await this.view();
    const { messages, next } = await this.page({});
    if (!this.isOpen) throw new RequestError('CLOSED', 'another user is connected now');
    const log = new ConversationLog(view);
    log.addPage(visible(messages));
    this.earlierThan = next;
    this.log = log;
    this.reportDelivered(log);
    const outcomes = this.early.splice(0).map((entry) => this.applyEntry(entry));
    if (this.hasMissed || outcomes.includes(false)) this.services.sync.want(this);
    // Only now: one that could not be loaded is given up, and must not be kept alive by its listeners.
    const { entries, sending } = this.services.outbox;
    this.subscriptions = [entries.subscribe(() => this.show()), sending.subscribe(() => this.show())];
  }

  /** Reads the page before the oldest message. @throws RequestError */
  async loadEarlier(): Promise<void> {
    if (this.earlierThan === undefined) return;
    const { messages, next } = await this.page({ before: this.earlierThan });
    this.log?.addPage(visible(messages));
    this.earlierThan = next;
    this.show();
  }

  /** Resolves once the message is stored on this device: it is sent as soon as there is a connection, also after a reload. */
  send(content: string): Promise<{ readonly tempId: string }> {
    return this.services.send(this.id, content);
  }

  /** Shown from the ack on, so that it does not disappear between the outbox and the log. */
  addSent({ userId: senderId, tempId, content }: OutboxEntry, { messageId: id, seq, createdAt }: MessageSent): void {
    const sender = { id: senderId, name: this.log?.members.get(senderId)?.name ?? '' };
    this.log?.addSent({
      ...{ id, conversationId: this.id, seq, senderId, sender, content, createdAt, tempId },
      reactions: [],
    });
    this.show();
  }

  /** Marks everything up to the latest message as read. @throws RequestError */
  async markRead(): Promise<void> {
    const latest = this.log && lastItem(this.log.ordered());
    if (!latest) return;
    await this.services.requests.request('message:read', { conversationId: this.id, messageIds: [latest.id] });
  }

  /** Call it while the user types; sends no more often than the server takes it. */
  announceTyping(): void {
    this.services.requests.send('typing:start', { conversationId: this.id });
  }

  receive(type: LogEventType, data: { readonly seq: number; readonly hidden?: true }): void {
    const entry = { type, seq: data.seq, data, ...(data.hidden && { hidden: true }) } as SyncedEvent;
    if (!this.log) this.early.push(entry);
    else if (this.applyEntry(entry)) this.show();
    else this.services.sync.want(this);
  }

  receiveWatermark(userIds: readonly string[], seq: number, kind: 'readSeq' | 'deliveredSeq'): void {
    for (const id of userIds) this.log?.changeMember(id, (member) => ({ [kind]: Math.max(member[kind], seq) }));
    this.show();
  }

  receiveTyping({ userId, user, expiresInMs }: Parameters<ServerToClientEvents['typing:user:start']>[0]): void {
    if (userId !== this.services.userId()) this.typing.start(user, expiresInMs);
  }

  receiveTypingEnd(userId: string): void {
    this.typing.stop(userId);
  }

  /** After a connection that has missed events. */
  resync(): void {
    this.hasMissed = true;
    this.services.sync.want(this);
    // Receipts are no entries of the log.
    this.view().then(
      ({ members }) => {
        this.log?.setMembers(members);
        this.show();
      },
      () => undefined,
    );
  }

  applySync({ events }: SyncedConversation): void {
    for (const entry of events) this.applyEntry(entry);
    if (this.log) this.reportDelivered(this.log);
    this.show();
  }

  onUnknown(): void {
    this.state.set({ ...this.state.get(), isMember: false });
  }

  /** What was read from the server and not received as an event. */
  private reportDelivered(log: ConversationLog): void {
    const userId = this.services.userId();
    const received = log.ordered().filter(({ senderId }) => senderId !== userId);
    const latest = lastItem(received);
    if (latest && latest.seq > (log.members.get(userId)?.deliveredSeq ?? latest.seq))
      this.services.deliveries.add(this.id, latest.id);
  }

  private applyEntry(entry: SyncedEvent): boolean {
    if (!entry.hidden && entry.type === 'message:new') this.typing.stop(entry.data.senderId);
    return !!this.log?.apply(entry);
  }

  private view(): Promise<ConversationView> {
    return this.services.http.get(`/api/conversations/${this.id}`, {}, 'members');
  }

  private page(query: { readonly before?: number }): Promise<MessagePage> {
    return this.services.http.get('/api/messages', { conversationId: this.id, limit: PAGE, ...query }, 'messages');
  }

  private show(): void {
    const { log } = this;
    if (!log) return;
    const { outbox } = this.services;
    const userId = this.services.userId();
    const entries = outbox.entries.get().filter(({ conversationId }) => conversationId === this.id);
    this.state.set({
      id: this.id,
      isLoaded: true,
      isMember: log.members.has(userId),
      title: log.title,
      members: [...log.members.values()],
      messages: shownMessages(log, { userId, entries, sending: outbox.sending.get() }),
      hasEarlier: this.earlierThan !== undefined,
      typing: this.typing.users,
    });
  }
}

const visible = (messages: MessagePage['messages']): MessageView[] =>
  messages.filter((message): message is MessageView => !('hidden' in message));
