/** Public API of the inventory domain. */
export { InventoryModule } from './inventory.module';
export { InventoryService } from './inventory.service';
export { type ItemCounts, MAX_ITEM_COUNT } from './item-counts';
