/** Whom a message on a channel mentions: `@name`, or `@"Two Words"`, of accounts and characters. */
import { Injectable } from '@nestjs/common';
import { GLOBAL_CHAT } from '@aeturnis/contracts';
import { Membership } from '@aeturnis/realtime';
import { BlockList } from '../social';
import type { ChatPlace } from './chat-places';
import { ChatReceivers } from './chat-receivers';

/** Further ones are words like others. */
export const MAX_MENTIONS = 3;

// What stands before the sign must end a word, so that an address of mail mentions nobody.
const MENTION = /(?<![\p{L}\p{M}\p{N}_.@-])@(?:"([^"\n]{3,40})"|([\p{L}\p{M}\p{N}_.'-]{3,40}))/gu;
const PUNCTUATION = /[.'-]+$/u;

@Injectable()
export class ChatMentions {
  constructor(
    private readonly receivers: ChatReceivers,
    private readonly membership: Membership,
    private readonly blocks: BlockList,
  ) {}

  /** Those who may read it there, without its author and those who have blocked the author. */
  async in(text: string, { author, room }: ChatPlace): Promise<string[]> {
    const found = new Set<string>();
    for (const names of namesIn(text)) {
      const userId = await this.firstOf(names);
      if (userId !== undefined && userId !== author.userId) found.add(userId);
    }
    const { blockedBy } = await this.blocks.of(author.userId);
    const userIds = [...found].filter((userId) => !blockedBy.has(userId));
    if (room === GLOBAL_CHAT || userIds.length === 0) return userIds;
    const there = await this.membership.isMember(room, userIds);
    return userIds.filter((_, index) => there[index]);
  }

  private async firstOf(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      const receiver = await this.receivers.named(name);
      if (receiver) return receiver.userId;
    }
    return undefined;
  }
}

/** For each mention what it may mean: a name may end in a full stop, and so may a sentence. */
export function namesIn(text: string): string[][] {
  const written = new Set([...text.matchAll(MENTION)].map(([, quoted, plain]) => quoted ?? plain ?? ''));
  return [...written].slice(0, MAX_MENTIONS).map((name) => {
    const bare = name.replace(PUNCTUATION, '');
    return bare === name ? [name] : [name, bare];
  });
}
