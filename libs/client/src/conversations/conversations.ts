/** The conversations that the application has opened, and the events that belong to them. */
import type { EventName, EventPayload, MessageSent } from '@aeturnis/contracts';
import { toWireId } from '../base/wire-id';
import type { OutboxEntry } from '../outbox/outbox-storage';
import { isLogEvent } from './conversation-log';
import { OpenConversation, type ConversationServices } from './open-conversation';

type Handlers = {
  readonly [Name in EventName]?: (conversation: OpenConversation, payload: EventPayload<Name>) => void;
};

const HANDLERS: Handlers = {
  'message:read:receipt': (conversation, { readBy, seq }) => conversation.receiveWatermark([readBy], seq, 'readSeq'),
  'message:delivered': (conversation, { deliveredTo, seq }) =>
    conversation.receiveWatermark(deliveredTo, seq, 'deliveredSeq'),
  'typing:user:start': (conversation, payload) => conversation.receiveTyping(payload),
  'typing:user:stop': (conversation, { userId }) => conversation.receiveTypingEnd(userId),
};

export class Conversations {
  private readonly byId = new Map<string, OpenConversation>();

  constructor(private readonly services: ConversationServices) {}

  /**
   * The same object for the same id, until it is closed as often as it was opened. Resolves with its first messages.
   * @throws RequestError
   */
  async open(id: string): Promise<OpenConversation> {
    const conversation = this.byId.get(toWireId(id)) ?? this.create(toWireId(id));
    conversation.retain();
    try {
      await conversation.load();
    } catch (error) {
      conversation.close();
      throw error;
    }
    return conversation;
  }

  /** Resolves once the message is stored on this device. The conversation need not be open, nor the server be reachable. */
  send(conversationId: string, content: string): Promise<{ readonly tempId: string }> {
    return this.services.send(conversationId, content);
  }

  receive(name: EventName, payload: object): void {
    const handle = HANDLERS[name] as ((conversation: OpenConversation, payload: object) => void) | undefined;
    const { conversationId } = payload as { readonly conversationId?: string };
    const conversation = conversationId === undefined ? undefined : this.byId.get(conversationId);
    if (conversation && isLogEvent(name)) conversation.receive(name, payload as { readonly seq: number });
    else if (handle && conversation) handle(conversation, payload);
    if (name === 'message:new') this.report(payload as EventPayload<'message:new'>);
  }

  /** After a connection that has missed events. */
  resync(): void {
    for (const conversation of this.byId.values()) conversation.resync();
  }

  /** Another user is connected. */
  reset(): void {
    for (const conversation of [...this.byId.values()]) conversation.end();
  }

  /** Of every conversation, whether it is open or not. */
  private report(message: EventPayload<'message:new'>): void {
    if ('hidden' in message || message.senderId === this.services.userId()) return;
    this.services.deliveries.add(message.conversationId, message.id);
  }

  addSent(entry: OutboxEntry, sent: MessageSent): void {
    this.byId.get(entry.conversationId)?.addSent(entry, sent);
  }

  /** Reads what is new in the logs of all open conversations. */
  poll(): void {
    for (const conversation of this.byId.values()) this.services.sync.want(conversation);
  }

  private create(id: string): OpenConversation {
    const conversation = new OpenConversation(id, this.services, () => this.byId.delete(id));
    this.byId.set(id, conversation);
    return conversation;
  }
}
