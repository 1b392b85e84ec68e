/** HTTP API for the items of the caller's characters. */
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { InventoryView, Principal } from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam } from '../http';
import { InventoryService } from './inventory.service';

const EXAMPLE: InventoryView = {
  characterId: '3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11',
  items: [
    { itemId: 'healing_potion', name: 'Healing potion', count: 3, usable: true },
    { itemId: 'wolf_pelt', name: 'Wolf pelt', count: 12, usable: false },
  ],
};

@ApiTags('characters')
@Controller('api/characters')
export class InventoryController {
  constructor(private readonly inventory: InventoryService) {}

  @Get(':id/inventory')
  @ApiOperation({
    summary: 'Lists what one of your characters owns. Usable items can be used in fights; the others are loot.',
  })
  @ApiOkResponse({ schema: { example: EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  list(@CurrentUser() { userId }: Principal, @IdParam('id') id: string): Promise<InventoryView> {
    return this.inventory.listOwned(userId, id);
  }
}
