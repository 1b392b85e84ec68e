/** Adds the messages that a user has written to the export of the account. Messages of other users are not part of it. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MAX_PAGE_BYTES } from '@aeturnis/contracts';
import { AccountsService } from '../../accounts';
import { MessageViews } from './message-views';
import { MessagesRepository, type StoredMessage } from './messages.repository';

const MESSAGES_PER_PAGE = 500;

@Injectable()
export class MessagesOfAccount implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly messages: MessagesRepository,
    private readonly views: MessageViews,
  ) {}

  onModuleInit(): void {
    this.accounts.onExport('conversations', (userId) => this.exportMessages(userId));
  }

  private async *exportMessages(userId: string): AsyncGenerator<readonly unknown[], void, undefined> {
    const viewer = { userId, blocking: new Set<string>() };
    for (let [after, more] = [undefined as StoredMessage | undefined, true]; more;) {
      const found = await this.messages.writtenBy(userId, after, { limit: MESSAGES_PER_PAGE, bytes: MAX_PAGE_BYTES });
      yield await this.views.viewsFor(found.messages, viewer);
      [after, more] = [found.messages.at(-1), found.more];
    }
  }
}
