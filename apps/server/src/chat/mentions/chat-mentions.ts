/** Finds the users that a channel message mentions by account or character name: `@name` or `@"Two Words"`. */
import { Injectable } from '@nestjs/common';
import { GLOBAL_CHAT, nameKey } from '@aeturnis/contracts';
import { Membership } from '@aeturnis/realtime';
import { BlockList } from '../../social';
import type { ChatDestination } from '../chat-destinations';
import { ChatRecipients } from '../chat-recipients';
import { mentionedNames } from './mention-names';

@Injectable()
export class ChatMentions {
  constructor(
    private readonly recipients: ChatRecipients,
    private readonly membership: Membership,
    private readonly blocks: BlockList,
  ) {}

  /** The mentioned users that may read the message, without its author and users that block the author. */
  async mentionedUserIds(text: string, { author, room }: ChatDestination): Promise<string[]> {
    const mentions = mentionedNames(text);
    if (mentions.length === 0) return [];
    const userIdByName = await this.recipients.findAllByName(mentions.flat());
    const found = new Set<string>();
    for (const names of mentions) {
      const userId = names.map((name) => userIdByName.get(nameKey(name))).find((id) => id !== undefined);
      if (userId !== undefined && userId !== author.userId) found.add(userId);
    }
    if (found.size === 0) return [];
    const { blockedBy } = await this.blocks.relationsOf(author.userId);
    const userIds = [...found].filter((userId) => !blockedBy.has(userId));
    if (room === GLOBAL_CHAT || userIds.length === 0) return userIds;
    const areMembers = await this.membership.areMembers(room, userIds);
    return userIds.filter((_, index) => areMembers[index]);
  }
}
