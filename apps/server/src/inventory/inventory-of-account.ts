/** Registers inventories with the export of an account. The database deletes their rows with the characters. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../accounts';
import { InventoryService } from './inventory.service';

@Injectable()
export class InventoryOfAccount implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly inventory: InventoryService,
  ) {}

  onModuleInit(): void {
    this.accounts.onExport('inventories', (userId) => this.inventory.listOfAccount(userId));
  }
}
