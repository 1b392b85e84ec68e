/** Adds, removes and lists reactions to messages: each emoji once per user and message. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  AppError,
  canonicalEmoji,
  MAX_REACTIONS_PER_USER,
  MAX_REACTION_EMOJI,
  MAX_REACTIONS,
  type ReactionAddDto,
  type ReactionPage,
  type ReactionRemoveDto,
  type ReactionStored,
} from '@aeturnis/contracts';
import { pageOf } from '@aeturnis/platform';
import { BlockList } from '../../social';
import { ConversationAccess } from '../members/conversation-access';
import { ConversationWriter } from '../publishing/conversation-writer';
import { type MessageAuthor, MessagesService, messageNotFound } from '../messages/messages.service';
import { ReactionsRepository, type ReactionTotals } from './reactions.repository';

const DEFAULT_PAGE_SIZE = 50;

@Injectable()
export class ReactionsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly repository: ReactionsRepository,
    private readonly access: ConversationAccess,
    private readonly blocks: BlockList,
    private readonly writer: ConversationWriter,
  ) {}

  /** Repeating a reaction returns the existing one. @throws AppError NOT_FOUND, NOT_PARTICIPANT, CONFLICT at a limit. */
  add({ userId }: MessageAuthor, { emoji: given, ...which }: ReactionAddDto): Promise<ReactionStored> {
    const emoji = canonicalEmoji(given);
    if (emoji === null) throw new AppError('VALIDATION', 'emoji must be one emoji');
    return this.messages.changeMessage(userId, which, async (message) => {
      if (message.deleted) throw messageNotFound();
      const { conversationId, seq: messageSeq } = message;
      const existing = await this.repository.findOwn(message, { userId, emoji });
      if (existing) return { reactionId: existing.id, seq: existing.seq, duplicate: true };
      requireCapacity(await this.repository.countTotals(message, { userId, emoji }));
      const id = randomUUID();
      const added = { type: 'reaction:added' as const, actorId: userId, id, messageSeq, facts: { emoji } };
      const { seq } = await this.writer.append(conversationId, added);
      await this.repository.add({ id, conversationId, messageSeq, userId, emoji, seq });
      return { reactionId: id, seq };
    });
  }

  /** Only its owner may remove a reaction. @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN. */
  remove({ userId }: MessageAuthor, { reactionId, ...which }: ReactionRemoveDto): Promise<{ seq: number }> {
    return this.messages.changeMessage(userId, which, async (message) => {
      const reaction = await this.repository.find(message, reactionId);
      if (!reaction) throw new AppError('NOT_FOUND', 'There is no such reaction');
      if (reaction.userId !== userId) throw new AppError('FORBIDDEN', 'Only its owner may remove a reaction');
      await this.repository.remove(reactionId);
      const { conversationId, seq: messageSeq } = message;
      const removed = { type: 'reaction:removed' as const, actorId: userId, messageSeq, facts: { reactionId } };
      const { seq } = await this.writer.append(conversationId, removed);
      return { seq };
    });
  }

  /** Lists reactions, the oldest first, without those of users that the viewer blocks. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async page(
    userId: string,
    messageId: string,
    { cursor, limit = DEFAULT_PAGE_SIZE }: ReactionPageRequest,
  ): Promise<ReactionPage> {
    const { conversationId } = await this.messages.locate(userId, messageId);
    await this.access.requireMember(userId, conversationId);
    const [message, { blocking }] = await Promise.all([
      this.messages.find(conversationId, messageId),
      this.blocks.relationsOf(userId),
    ]);
    const found = await this.repository.page(message, Number(cursor ?? 0), limit + 1);
    const { rows, next } = pageOf(found, limit, ({ seq }) => String(seq));
    const reactions = rows
      .filter((reaction) => !blocking.has(reaction.userId))
      .map(({ id, emoji, userId: by }) => ({ id, emoji, userId: by }));
    return { reactions, ...next };
  }
}

interface ReactionPageRequest {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

function requireCapacity({ total, emoji, same, own }: ReactionTotals): void {
  if (own >= MAX_REACTIONS_PER_USER)
    throw new AppError('CONFLICT', `You have ${MAX_REACTIONS_PER_USER} reactions to this message, which is the most`);
  if (same === 0 && emoji >= MAX_REACTION_EMOJI)
    throw new AppError('CONFLICT', `This message has ${MAX_REACTION_EMOJI} different reactions, which is the most`);
  if (total >= MAX_REACTIONS)
    throw new AppError('CONFLICT', `This message has ${MAX_REACTIONS} reactions, which is the most`);
}
