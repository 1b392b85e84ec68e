/** What is said in conversations: sent once, changed and taken back by those who may. */
import { Injectable } from '@nestjs/common';
import {
  AppError,
  type MessageDeleted,
  type MessageDto,
  type MessageEdited,
  type MessageSendDto,
  type MessageSent,
  type MessageUpdateDto,
  type Principal,
  RoomKind,
  roomName,
} from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { FanOut } from '@aeturnis/realtime';
import { BlockList } from '../social';
import { ConversationAccess, refusal, type Standing } from './conversation-access';
import { ConversationChanges } from './conversation-changes';
import { type Message, MessagesRepository } from './messages.repository';
import { ConversationPublisher } from './publishing/conversation-publisher';
import { MessageSending } from './sending/message-sending';

export type Author = Pick<Principal, 'userId' | 'name'>;

@Injectable()
export class MessagesService {
  constructor(
    private readonly database: Database,
    private readonly sending: MessageSending,
    private readonly messages: MessagesRepository,
    private readonly access: ConversationAccess,
    private readonly changes: ConversationChanges,
    private readonly publisher: ConversationPublisher,
    private readonly blocks: BlockList,
    private readonly fanOut: FanOut,
  ) {}

  /**
   * Settles once the message is committed. Under one `tempId` a sender has one message in a conversation, for good:
   * sent again, whenever, on whatever way and node, it is answered as it was.
   * @throws AppError NOT_FOUND, NOT_PARTICIPANT.
   */
  async send({ userId, name }: Author, { conversationId, content, tempId }: MessageSendDto): Promise<MessageSent> {
    const sent = { conversationId, content, tempId: tempId ?? null };
    const forAll = (await this.blocks.of(userId)).blockedBy.size === 0;
    const { member, message, appended } = await this.sending.send({ ...sent, senderId: userId });
    if (!message) throw refusal(member === false);
    const { id, seq, at } = message;
    if (appended) {
      const entry = { ...sent, type: 'message:new' as const, id, seq, at, actorId: userId };
      const told = { entries: [{ ...entry, messageId: null, facts: null }], names: new Map([[userId, name]]) };
      this.database.afterCommit(() => this.publisher.committed(appended, forAll ? told : undefined));
      this.fanOut.charge(userId, roomName(RoomKind.Conversation, conversationId), entry);
    }
    const answer = { messageId: id, seq, createdAt: at.toISOString() };
    return message.duplicate ? { ...answer, duplicate: true } : answer;
  }

  /**
   * By its author alone. What it said before stays in the log.
   * @throws AppError NOT_FOUND, also for one that was deleted, NOT_PARTICIPANT, FORBIDDEN.
   */
  edit({ userId }: Author, { content, ...which }: MessageUpdateDto): Promise<MessageEdited> {
    return this.changing(userId, which, async (message) => {
      if (message.senderId !== userId) throw new AppError('FORBIDDEN', 'Only its author changes a message');
      if (message.deleted) throw noMessage();
      if (message.content === content && message.edited) return edited(message, message.edited);
      const change = { type: 'message:updated' as const, actorId: userId, messageSeq: message.seq, content };
      const done = await this.changes.append(which.conversationId, change);
      await this.messages.markEdited(message, done.seq);
      return edited(message, done);
    });
  }

  /** By its author or an admin of the group. One that was deleted already is answered as it was. @throws AppError as `edit`. */
  remove({ userId }: Author, which: MessageDto): Promise<MessageDeleted> {
    return this.changing(userId, which, async (message, { role }) => {
      if (message.senderId !== userId && role !== 'admin')
        throw new AppError('FORBIDDEN', 'Only its author or an admin deletes a message');
      if (message.deleted) return deleted(message, message.deleted);
      const change = { type: 'message:deleted' as const, actorId: userId, messageSeq: message.seq };
      const done = await this.changes.append(which.conversationId, change);
      await this.messages.markDeleted(message, done.seq);
      return deleted(message, done);
    });
  }

  /** The conversation of a message, for those who know the message alone; to strangers it is none. @throws AppError NOT_FOUND. */
  async placeOf(userId: string, messageId: string): Promise<MessageDto> {
    const conversationId = await this.messages.conversationOf(messageId);
    if (conversationId === null || !(await this.access.wasMember(userId, conversationId))) throw noMessage();
    return { conversationId, messageId };
  }

  /** For somebody who may read it. @throws AppError NOT_FOUND. */
  async find(conversationId: string, messageId: string): Promise<Message> {
    const message = await this.messages.find(conversationId, messageId);
    if (!message) throw noMessage();
    return message;
  }

  /** Works on a message while nobody else changes its conversation. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  changing<T>(
    userId: string,
    { conversationId, messageId }: MessageDto,
    work: (message: Message, standing: Standing) => Promise<T>,
  ): Promise<T> {
    return this.changes.under(conversationId, async () => {
      const standing = await this.access.member(userId, conversationId);
      return work(await this.find(conversationId, messageId), standing);
    });
  }
}

export const noMessage = (): AppError => new AppError('NOT_FOUND', 'There is no such message');

interface Entry {
  readonly seq: number;
  readonly at: Date;
}

const edited = ({ id }: Message, { seq, at }: Entry): MessageEdited => ({
  messageId: id,
  seq,
  editedAt: at.toISOString(),
});

const deleted = ({ id }: Message, { seq, at }: Entry): MessageDeleted => ({
  messageId: id,
  seq,
  deletedAt: at.toISOString(),
});
