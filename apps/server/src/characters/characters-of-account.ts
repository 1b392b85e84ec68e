/** Registers characters for account export, account deletion, display name checks and `system:sync`. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SystemSync } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { CharactersService } from './characters.service';

@Injectable()
export class CharactersOfAccount implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly characters: CharactersService,
    private readonly sync: SystemSync,
  ) {}

  onModuleInit(): void {
    this.accounts.onDelete((userId) => this.characters.removeAll(userId));
    this.accounts.onDisplayName((name, accountId) => this.characters.isNameOwnedByOther(name, accountId));
    this.accounts.onExport('characters', (userId) => this.characters.list(userId));
    this.sync.register('characters', ({ principal }) => this.characters.list(principal.userId));
  }
}
