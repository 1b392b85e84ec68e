/** What conversations add to the life of an account: its export and its deletion. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { MessageView } from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { MembersRepository } from './members.repository';
import { MembersService } from './members.service';
import { MessagesRepository } from './messages.repository';
import { SyncService } from './sync.service';

const PAGE = 500;

@Injectable()
export class ConversationsOfAccount implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly members: MembersRepository,
    private readonly membership: MembersService,
    private readonly messages: MessagesRepository,
    private readonly sync: SyncService,
  ) {}

  onModuleInit(): void {
    this.accounts.onDelete((userId) => this.leave(userId));
    this.accounts.onExport('conversations', (userId) => this.written(userId));
  }

  /** What the user wrote stays with the others, without the name. */
  private async leave(userId: string): Promise<void> {
    await this.membership.leaveAll(userId);
    await this.members.forget(userId);
  }

  /** Everything the user has written, in whatever conversation; what others wrote is theirs. */
  private async written(userId: string): Promise<MessageView[]> {
    const all: MessageView[] = [];
    for (const conversationId of await this.members.everOf(userId)) {
      for (let after: number | undefined = 0; after !== undefined;) {
        const page = await this.messages.writtenBy(userId, conversationId, after, PAGE);
        all.push(...(await this.sync.shown(page)));
        after = page.length === PAGE ? page.at(-1)?.seq : undefined;
      }
    }
    return all;
  }
}
