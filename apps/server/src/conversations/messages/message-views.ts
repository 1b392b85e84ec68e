/** Builds message views for a viewer: with names and reactions, and without content of users that the viewer blocks. */
import { Injectable } from '@nestjs/common';
import type { HiddenEntry, MessageView } from '@aeturnis/contracts';
import { AccountsService } from '../../accounts';
import type { ConversationViewer } from '../conversations.repository';
import { userRef } from '../log/log-events';
import type { StoredMessage } from './messages.repository';
import { messageKeyOf, ReactionsRepository, type ShownReactions } from '../reactions/reactions.repository';

@Injectable()
export class MessageViews {
  constructor(
    private readonly accounts: AccountsService,
    private readonly reactions: ReactionsRepository,
  ) {}

  /** The messages may be of several conversations. Messages of blocked users keep their position, without content. */
  async viewsFor(
    messages: readonly StoredMessage[],
    viewer: ConversationViewer,
  ): Promise<(MessageView | HiddenEntry)[]> {
    const shown = messages.filter(({ senderId }) => !viewer.blocking.has(senderId));
    const [names, reactions] = await Promise.all([
      this.accounts.namesOf([...new Set(shown.map(({ senderId }) => senderId))]),
      this.reactions.findShown(shown, viewer.userId),
    ]);
    return messages.map((message) => {
      const { conversationId, seq, senderId } = message;
      if (viewer.blocking.has(senderId)) return { conversationId, seq, hidden: true };
      return toMessageView(message, names, toReactionFields(reactions.get(messageKeyOf(message)), viewer));
    });
  }
}

type ReactionFields = Pick<MessageView, 'reactions' | 'moreReactions' | 'reactionCounts'>;

function toReactionFields(shown: ShownReactions | undefined, { blocking }: ConversationViewer): ReactionFields {
  const reactions = shown?.reactions.filter(({ userId }) => !blocking.has(userId)) ?? [];
  return shown?.counts ? { reactions, moreReactions: true, reactionCounts: shown.counts } : { reactions };
}

function toMessageView(
  message: StoredMessage,
  names: ReadonlyMap<string, string>,
  reactions: ReactionFields,
): MessageView {
  return {
    id: message.id,
    conversationId: message.conversationId,
    seq: message.seq,
    senderId: message.senderId,
    sender: userRef(message.senderId, names),
    content: message.content ?? '',
    createdAt: message.createdAt.toISOString(),
    ...(message.tempId === null ? {} : { tempId: message.tempId }),
    ...(message.edited && { editedAt: message.edited.at.toISOString() }),
    ...(message.deleted && { deletedAt: message.deleted.at.toISOString() }),
    ...reactions,
  };
}
