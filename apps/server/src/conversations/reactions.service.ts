/** Reactions to messages: each emoji once per user. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError, type ReactionAddDto, type ReactionRemoveDto, type ReactionStored } from '@aeturnis/contracts';
import { ConversationChanges } from './conversation-changes';
import { MessagesRepository } from './messages.repository';
import { type Author, MessagesService, noMessage } from './messages.service';

@Injectable()
export class ReactionsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly repository: MessagesRepository,
    private readonly changes: ConversationChanges,
  ) {}

  /** One that is there already is answered as it was. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  add({ userId }: Author, { emoji, ...which }: ReactionAddDto): Promise<ReactionStored> {
    return this.messages.changing(userId, which, async (message) => {
      if (message.deleted) throw noMessage();
      const { conversationId, seq: messageSeq } = message;
      const known = await this.repository.reactionOf(message, { userId, emoji });
      if (known) return { reactionId: known.id, seq: known.seq, duplicate: true };
      const id = randomUUID();
      const added = { type: 'reaction:added' as const, actorId: userId, id, messageSeq, facts: { emoji } };
      const { seq } = await this.changes.append(conversationId, added);
      await this.repository.addReaction({ id, conversationId, messageSeq, userId, emoji, seq });
      return { reactionId: id, seq };
    });
  }

  /** By its owner alone. @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN. */
  remove({ userId }: Author, { reactionId, ...which }: ReactionRemoveDto): Promise<{ seq: number }> {
    return this.messages.changing(userId, which, async (message) => {
      const reaction = await this.repository.findReaction(message, reactionId);
      if (!reaction) throw new AppError('NOT_FOUND', 'There is no such reaction');
      if (reaction.userId !== userId) throw new AppError('FORBIDDEN', 'The reaction is of somebody else');
      await this.repository.removeReaction(reactionId);
      const { conversationId, seq: messageSeq } = message;
      const removed = { type: 'reaction:removed' as const, actorId: userId, messageSeq, facts: { reactionId } };
      const { seq } = await this.changes.append(conversationId, removed);
      return { seq };
    });
  }
}
