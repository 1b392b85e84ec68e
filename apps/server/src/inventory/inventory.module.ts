/** Module of what characters own: the HTTP API, and InventoryService for the other domains. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharactersModule } from '../characters';
import { InventoryController } from './inventory.controller';
import { InventoryOfAccount } from './inventory-of-account';
import { InventoryRepository } from './inventory.repository';
import { InventoryService } from './inventory.service';

@Module({
  imports: [AccountsModule, CharactersModule],
  controllers: [InventoryController],
  providers: [InventoryOfAccount, InventoryRepository, InventoryService],
  exports: [InventoryService],
})
export class InventoryModule {}
