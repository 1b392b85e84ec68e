/** Messages as somebody sees them: with names and reactions, and without what is said by those whom that user has blocked. */
import { Injectable } from '@nestjs/common';
import type { HiddenEntry, MessageView } from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { user } from './log-events';
import type { Message } from './messages.repository';
import { keyOf, ReactionsRepository, type ShownReactions } from './reactions.repository';

/** Who looks, and of whom that user wants to see nothing. */
export interface MessageViewer {
  readonly userId: string;
  readonly blocking: ReadonlySet<string>;
}

@Injectable()
export class MessageViews {
  constructor(
    private readonly accounts: AccountsService,
    private readonly reactions: ReactionsRepository,
  ) {}

  /** Of whatever conversations. Those of blocked users keep their place and say nothing. */
  async of(messages: readonly Message[], viewer: MessageViewer): Promise<(MessageView | HiddenEntry)[]> {
    const shown = messages.filter(({ senderId }) => !viewer.blocking.has(senderId));
    const [names, reactions] = await Promise.all([
      this.accounts.namesOf([...new Set(shown.map(({ senderId }) => senderId))]),
      this.reactions.shown(shown, viewer.userId),
    ]);
    return messages.map((message) => {
      const { conversationId, seq, senderId } = message;
      if (viewer.blocking.has(senderId)) return { conversationId, seq, hidden: true };
      return viewOf(message, names, reactionsOf(reactions.get(keyOf(message)), viewer));
    });
  }
}

type Reactions = Pick<MessageView, 'reactions' | 'moreReactions' | 'reactionCounts'>;

function reactionsOf(shown: ShownReactions | undefined, { blocking }: MessageViewer): Reactions {
  const reactions = shown?.reactions.filter(({ userId }) => !blocking.has(userId)) ?? [];
  return shown?.counts ? { reactions, moreReactions: true, reactionCounts: shown.counts } : { reactions };
}

function viewOf(message: Message, names: ReadonlyMap<string, string>, reactions: Reactions): MessageView {
  return {
    id: message.id,
    conversationId: message.conversationId,
    seq: message.seq,
    senderId: message.senderId,
    sender: user(message.senderId, names),
    content: message.content ?? '',
    createdAt: message.createdAt.toISOString(),
    ...(message.tempId === null ? {} : { tempId: message.tempId }),
    ...(message.edited && { editedAt: message.edited.at.toISOString() }),
    ...(message.deleted && { deletedAt: message.deleted.at.toISOString() }),
    ...reactions,
  };
}
