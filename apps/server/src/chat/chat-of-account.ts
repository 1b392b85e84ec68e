/** Registers chat with the export and the deletion of an account. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChatEntry, WhisperEntry } from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { ChatRepository } from './chat.repository';

const MESSAGES_PER_PAGE = 1_000;

@Injectable()
export class ChatOfAccount implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly repository: ChatRepository,
  ) {}

  onModuleInit(): void {
    this.accounts.onDelete(
      (userId) => this.repository.deleteOrAnonymize(userId),
      (userId) => this.repository.deleteSome(userId, MESSAGES_PER_PAGE),
    );
    this.accounts.onExport('chat', (userId) => this.exportMessages(userId));
  }

  /** Exports all stored messages that the user has written, the oldest first. Whispers of other users are not part of it. */
  private async *exportMessages(userId: string): AsyncGenerator<(ChatEntry | WhisperEntry)[], void, undefined> {
    for (let after: bigint | undefined = 0n; after !== undefined;) {
      const page: (ChatEntry | WhisperEntry)[] = await this.repository.writtenBy(userId, MESSAGES_PER_PAGE, after);
      yield page;
      after = page.length === MESSAGES_PER_PAGE ? BigInt(page.at(-1)?.id ?? 0) : undefined;
    }
  }
}
