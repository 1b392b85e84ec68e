/** What chat adds to the life of an account: its export and its deletion. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChatEntry, WhisperEntry } from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { ChatRepository } from './chat.repository';

const PAGE = 1_000;

@Injectable()
export class ChatOfAccount implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly repository: ChatRepository,
  ) {}

  onModuleInit(): void {
    this.accounts.onDelete(
      (userId) => this.repository.forget(userId),
      (userId) => this.repository.forgetSome(userId, PAGE),
    );
    this.accounts.onExport('chat', (userId) => this.written(userId));
  }

  /** Everything the user has said that is still kept, oldest first; what others whispered to the user is theirs. */
  private async *written(userId: string): AsyncGenerator<(ChatEntry | WhisperEntry)[], void, undefined> {
    for (let after: bigint | undefined = 0n; after !== undefined;) {
      const page: (ChatEntry | WhisperEntry)[] = await this.repository.writtenBy(userId, PAGE, after);
      yield page;
      after = page.length === PAGE ? BigInt(page.at(-1)?.id ?? 0) : undefined;
    }
  }
}
