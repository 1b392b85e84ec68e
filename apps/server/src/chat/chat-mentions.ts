/** Whom a message on a channel mentions: `@name`, or `@"Two Words"`, of accounts and characters. */
import { Injectable } from '@nestjs/common';
import { GLOBAL_CHAT, nameKey } from '@aeturnis/contracts';
import { Membership } from '@aeturnis/realtime';
import { BlockList } from '../social';
import type { ChatPlace } from './chat-places';
import { ChatReceivers } from './chat-receivers';
import { namesIn } from './mention-names';

@Injectable()
export class ChatMentions {
  constructor(
    private readonly receivers: ChatReceivers,
    private readonly membership: Membership,
    private readonly blocks: BlockList,
  ) {}

  /** Those who may read it there, without its author and those who have blocked the author. */
  async in(text: string, { author, room }: ChatPlace): Promise<string[]> {
    const mentions = namesIn(text);
    if (mentions.length === 0) return [];
    const known = await this.receivers.allNamed(mentions.flat());
    const found = new Set<string>();
    for (const names of mentions) {
      const userId = names.map((name) => known.get(nameKey(name))).find((id) => id !== undefined);
      if (userId !== undefined && userId !== author.userId) found.add(userId);
    }
    if (found.size === 0) return [];
    const { blockedBy } = await this.blocks.of(author.userId);
    const userIds = [...found].filter((userId) => !blockedBy.has(userId));
    if (room === GLOBAL_CHAT || userIds.length === 0) return userIds;
    const there = await this.membership.isMember(room, userIds);
    return userIds.filter((_, index) => there[index]);
  }
}
