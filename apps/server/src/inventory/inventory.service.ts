/** Rules for the items of characters: what a fight may use, changes of counts, and who may list them. */
import { Injectable } from '@nestjs/common';
import { ITEMS } from '@aeturnis/combat-rules';
import { AppError, type InventoryView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { CharactersService } from '../characters';
import { RealtimeService } from '../realtime';
import { type ChangedItem, InventoryRepository } from './inventory.repository';
import { checkedChanges, inRuleOrder, isUsableItem, type ItemCounts } from './item-counts';

@Injectable()
export class InventoryService {
  constructor(
    private readonly database: Database,
    private readonly repository: InventoryRepository,
    private readonly characters: CharactersService,
    private readonly realtime: RealtimeService,
  ) {}

  /** The items that the character can use in a fight, as the caller's transaction sees them; empty for an unknown character. */
  async bagOf(characterId: string): Promise<ItemCounts> {
    const owned = (await this.repository.find([characterId])).get(characterId) ?? {};
    return Object.fromEntries(inRuleOrder(owned).filter(([id]) => isUsableItem(id)));
  }

  /**
   * Adds the counts, and removes the negative ones: all of them, or none if it throws. Nothing is added beyond MAX_ITEM_COUNT.
   * In a transaction of the caller it is stored, and announced to the account, at its commit; other changes to the items of
   * the character wait until then. A transaction that changes several characters does so in the order of their ids:
   * two that lock them in different orders would deadlock.
   * @throws AppError NOT_FOUND if the account has no such character; CONFLICT if it owns less than is to be removed.
   * @throws RangeError for an unknown item, and for a change that is not a whole number.
   */
  async change(characterId: string, accountId: string, changes: ItemCounts): Promise<void> {
    const checked = checkedChanges(changes);
    if (checked.length === 0) return;
    await this.database.transaction(async () => {
      // First the character, as its removal does, which then deletes the items: the other order would deadlock with it.
      await this.characters.preventRemoval(accountId, characterId);
      await this.repository.lock(characterId);
      const applied = await this.repository.apply(characterId, checked);
      for (const item of applied) if (item.after < 0) throw tooFew(item);
      const changed = applied.filter(({ before, after }) => before !== after);
      this.database.afterCommit(() => this.announce(characterId, accountId, changed));
    });
  }

  /** @throws AppError NOT_FOUND, also if another account owns the character. */
  async listOwned(accountId: string, characterId: string): Promise<InventoryView> {
    const { character } = await this.characters.getOwned(accountId, characterId);
    return inventoryView(character.id, (await this.repository.find([character.id])).get(character.id));
  }

  /** The inventories of all characters of the account, the oldest character first. */
  async listOfAccount(accountId: string): Promise<InventoryView[]> {
    const ids = (await this.characters.list(accountId)).map(({ id }) => id);
    const owned = await this.repository.find(ids);
    return ids.map((id) => inventoryView(id, owned.get(id)));
  }

  private announce(characterId: string, accountId: string, changed: readonly ChangedItem[]): void {
    if (changed.length === 0) return;
    const counts: ItemCounts = Object.fromEntries(changed.map(({ itemId, after }) => [itemId, after]));
    const items = inRuleOrder(counts).map(([itemId, count]) => ({ itemId, count }));
    this.realtime.emitToUser(accountId, 'inventory:updated', { characterId, items });
  }
}

function inventoryView(characterId: string, counts: ItemCounts = {}): InventoryView {
  const items = inRuleOrder(counts).map(([itemId, count]) => ({
    itemId,
    name: ITEMS[itemId].name,
    count,
    usable: isUsableItem(itemId),
  }));
  return { characterId, items };
}

const tooFew = ({ itemId, before }: ChangedItem): AppError =>
  new AppError('CONFLICT', `The character has only ${before} of ${itemId}: remove at most as many`, {
    details: { itemId, count: before },
  });
