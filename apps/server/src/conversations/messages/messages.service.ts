/** Sends, edits and deletes messages. */
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
import { FanOutMeter } from '@aeturnis/realtime';
import { BlockList } from '../../social';
import { ConversationAccess, noAccessError, type ConversationMember } from '../members/conversation-access';
import { ConversationWriter } from '../publishing/conversation-writer';
import { type StoredMessage, MessagesRepository } from './messages.repository';
import { MessageBatcher } from './message-batcher';

export type MessageAuthor = Pick<Principal, 'userId' | 'name'>;

@Injectable()
export class MessagesService {
  constructor(
    private readonly batcher: MessageBatcher,
    private readonly messages: MessagesRepository,
    private readonly access: ConversationAccess,
    private readonly writer: ConversationWriter,
    private readonly blocks: BlockList,
    private readonly fanOut: FanOutMeter,
  ) {}

  /**
   * Resolves once the message is committed. A sender has one message per `tempId` and conversation, permanently: sending it
   * again, at any time and on any node, over HTTP or the socket, returns the stored message.
   * @throws AppError NOT_FOUND, NOT_PARTICIPANT.
   */
  async send(
    { userId, name }: MessageAuthor,
    { conversationId, content, tempId }: MessageSendDto,
  ): Promise<MessageSent> {
    const newMessage = { conversationId, content, tempId: tempId ?? null };
    const isVisibleToAll = (await this.blocks.relationsOf(userId)).blockedBy.size === 0;
    const { member, message, appended } = await this.batcher.send({ ...newMessage, senderId: userId });
    if (!message) throw noAccessError(member === false);
    const { id, seq, at } = message;
    if (appended) {
      const entry = { ...newMessage, type: 'message:new' as const, id, seq, at, actorId: userId };
      const committed = { entries: [{ ...entry, messageId: null, facts: null }], names: new Map([[userId, name]]) };
      this.writer.publishAfterCommit(appended, isVisibleToAll ? committed : undefined);
      this.fanOut.charge(userId, roomName(RoomKind.Conversation, conversationId), entry);
    }
    const answer = { messageId: id, seq, createdAt: at.toISOString() };
    return message.duplicate ? { ...answer, duplicate: true } : answer;
  }

  /**
   * Only the author may edit a message. The log keeps the earlier text.
   * @throws AppError NOT_FOUND (also for a deleted message), NOT_PARTICIPANT, FORBIDDEN.
   */
  edit({ userId }: MessageAuthor, { content, ...reference }: MessageUpdateDto): Promise<MessageEdited> {
    return this.changeMessage(userId, reference, async (message) => {
      if (message.senderId !== userId) throw new AppError('FORBIDDEN', 'Only its author may edit a message');
      if (message.deleted) throw messageNotFound();
      if (message.content === content && message.edited) return toMessageEdited(message, message.edited);
      const change = { type: 'message:updated' as const, actorId: userId, messageSeq: message.seq, content };
      const appended = await this.writer.append(reference.conversationId, change);
      await this.messages.markEdited(message, appended.seq);
      return toMessageEdited(message, appended);
    });
  }

  /** Only its author or an admin may delete a message. Repeating it returns the first deletion. @throws AppError as `edit`. */
  remove({ userId }: MessageAuthor, reference: MessageDto): Promise<MessageDeleted> {
    return this.changeMessage(userId, reference, async (message, { role }) => {
      if (message.senderId !== userId && role !== 'admin')
        throw new AppError('FORBIDDEN', 'Only its author or an admin may delete a message');
      if (message.deleted) return toMessageDeleted(message, message.deleted);
      const change = { type: 'message:deleted' as const, actorId: userId, messageSeq: message.seq };
      const appended = await this.writer.append(reference.conversationId, change);
      await this.messages.markDeleted(message, appended.seq);
      return toMessageDeleted(message, appended);
    });
  }

  /** Finds the conversation of a message for a current or former member of it. @throws AppError NOT_FOUND. */
  async locate(userId: string, messageId: string): Promise<MessageDto> {
    const conversationId = await this.messages.conversationOf(messageId);
    if (conversationId === null || !(await this.access.hasBeenMember(userId, conversationId))) throw messageNotFound();
    return { conversationId, messageId };
  }

  /** Does not check access. @throws AppError NOT_FOUND. */
  async find(conversationId: string, messageId: string): Promise<StoredMessage> {
    const message = await this.messages.find(conversationId, messageId);
    if (!message) throw messageNotFound();
    return message;
  }

  /** Runs `work` on a message under the lock of its conversation, for a member. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  changeMessage<T>(
    userId: string,
    { conversationId, messageId }: MessageDto,
    work: (message: StoredMessage, member: ConversationMember) => Promise<T>,
  ): Promise<T> {
    return this.writer.changeAsMember(userId, conversationId, async (member) =>
      work(await this.find(conversationId, messageId), member),
    );
  }
}

export const messageNotFound = (): AppError => new AppError('NOT_FOUND', 'There is no such message');

interface EntryStamp {
  readonly seq: number;
  readonly at: Date;
}

const toMessageEdited = ({ id }: StoredMessage, { seq, at }: EntryStamp): MessageEdited => ({
  messageId: id,
  seq,
  editedAt: at.toISOString(),
});

const toMessageDeleted = ({ id }: StoredMessage, { seq, at }: EntryStamp): MessageDeleted => ({
  messageId: id,
  seq,
  deletedAt: at.toISOString(),
});
