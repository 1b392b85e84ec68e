/** Reactions to messages: each emoji once per user. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  AppError,
  canonicalEmoji,
  MAX_OWN_REACTIONS,
  MAX_REACTION_EMOJI,
  MAX_REACTIONS,
  type ReactionAddDto,
  type ReactionPage,
  type ReactionRemoveDto,
  type ReactionStored,
} from '@aeturnis/contracts';
import { BlockList } from '../social';
import { ConversationAccess } from './conversation-access';
import { ConversationChanges } from './conversation-changes';
import { type Author, MessagesService, noMessage } from './messages.service';
import { ReactionsRepository, type ReactionTotals } from './reactions.repository';

const PAGE = 50;

@Injectable()
export class ReactionsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly repository: ReactionsRepository,
    private readonly access: ConversationAccess,
    private readonly blocks: BlockList,
    private readonly changes: ConversationChanges,
  ) {}

  /** One that is there already is answered as it was. @throws AppError NOT_FOUND, NOT_PARTICIPANT, CONFLICT for one too many. */
  add({ userId }: Author, { emoji: given, ...which }: ReactionAddDto): Promise<ReactionStored> {
    const emoji = canonicalEmoji(given);
    if (emoji === null) throw new AppError('VALIDATION', 'emoji must be one emoji');
    return this.messages.changing(userId, which, async (message) => {
      if (message.deleted) throw noMessage();
      const { conversationId, seq: messageSeq } = message;
      const known = await this.repository.findOwn(message, { userId, emoji });
      if (known) return { reactionId: known.id, seq: known.seq, duplicate: true };
      requireRoom(await this.repository.totals(message, { userId, emoji }));
      const id = randomUUID();
      const added = { type: 'reaction:added' as const, actorId: userId, id, messageSeq, facts: { emoji } };
      const { seq } = await this.changes.append(conversationId, added);
      await this.repository.add({ id, conversationId, messageSeq, userId, emoji, seq });
      return { reactionId: id, seq };
    });
  }

  /** By its owner alone. @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN. */
  remove({ userId }: Author, { reactionId, ...which }: ReactionRemoveDto): Promise<{ seq: number }> {
    return this.messages.changing(userId, which, async (message) => {
      const reaction = await this.repository.find(message, reactionId);
      if (!reaction) throw new AppError('NOT_FOUND', 'There is no such reaction');
      if (reaction.userId !== userId) throw new AppError('FORBIDDEN', 'The reaction is of somebody else');
      await this.repository.remove(reactionId);
      const { conversationId, seq: messageSeq } = message;
      const removed = { type: 'reaction:removed' as const, actorId: userId, messageSeq, facts: { reactionId } };
      const { seq } = await this.changes.append(conversationId, removed);
      return { seq };
    });
  }

  /** Of a message, the oldest first; those of blocked users are left out. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async page(userId: string, messageId: string, { cursor, limit = PAGE }: PagePlace): Promise<ReactionPage> {
    const { conversationId } = await this.messages.placeOf(userId, messageId);
    await this.access.member(userId, conversationId);
    const [message, { blocking }] = await Promise.all([
      this.messages.find(conversationId, messageId),
      this.blocks.of(userId),
    ]);
    const found = await this.repository.page(message, Number(cursor ?? 0), limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const reactions = page
      .filter((reaction) => !blocking.has(reaction.userId))
      .map(({ id, emoji, userId: by }) => ({ id, emoji, userId: by }));
    return found.length > limit && last ? { reactions, next: String(last.seq) } : { reactions };
  }
}

interface PagePlace {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

function requireRoom({ total, emoji, same, own }: ReactionTotals): void {
  if (own >= MAX_OWN_REACTIONS)
    throw new AppError('CONFLICT', `You have ${MAX_OWN_REACTIONS} reactions to this message, which is the most`);
  if (same === 0 && emoji >= MAX_REACTION_EMOJI)
    throw new AppError('CONFLICT', `This message has ${MAX_REACTION_EMOJI} different reactions, which is the most`);
  if (total >= MAX_REACTIONS)
    throw new AppError('CONFLICT', `This message has ${MAX_REACTIONS} reactions, which is the most`);
}
