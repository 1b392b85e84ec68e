/** InventoryService on two nodes with one database, without a server: adds characters and records the announcements. */
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Database } from '@aeturnis/platform';
import { CharactersService } from '../../../apps/server/src/characters';
import { CharacterCache } from '../../../apps/server/src/characters/character-cache';
import { CharactersRepository } from '../../../apps/server/src/characters/characters.repository';
import { startingStats } from '../../../apps/server/src/characters/progression/class-stats';
import { InventoryService } from '../../../apps/server/src/inventory';
import { InventoryRepository } from '../../../apps/server/src/inventory/inventory.repository';
import type { RealtimeService } from '../../../apps/server/src/realtime';
import { openDatabases } from '../databases/open-databases';
import { singleNodeBus } from '../servers/single-node-bus';

export interface ItemOwner {
  readonly id: string;
  readonly accountId: string;
}

export interface InventoryNode {
  readonly database: Database;
  readonly characters: CharactersService;
  readonly inventory: InventoryService;
}

export class InventoryCluster {
  /** The arguments of each `emitToUser`, in order. */
  readonly emitted: unknown[][] = [];
  readonly west: InventoryNode;
  readonly east: InventoryNode;
  private serial = 0;

  private constructor(
    [west, east]: readonly [Database, Database],
    readonly close: () => Promise<void>,
  ) {
    [this.west, this.east] = [this.createNode(west), this.createNode(east)];
  }

  static async open(): Promise<InventoryCluster> {
    Logger.overrideLogger(false);
    const { databases, close } = await openDatabases(2, 10);
    return new InventoryCluster(databases as readonly [Database, Database], close);
  }

  /** Adds a character that owns nothing. */
  async addCharacter(accountId: string = randomUUID()): Promise<ItemOwner> {
    const name = `Owner${[...String(++this.serial)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;
    const stats = startingStats('mage');
    const character = { id: randomUUID(), accountId, name, class: 'mage', level: 1, experience: 0, stats } as const;
    const position = { zone: 'starting_village', x: 100, y: 100, facing: 0, walkedUntil: 0 };
    await new CharactersRepository(this.west.database).insert(character, position);
    return character;
  }

  /** Resolves to whether a statement waits for a lock. */
  async hasLockWait(): Promise<boolean> {
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return (await this.east.database.db.execute(waiting)).rows.length > 0;
  }

  private createNode(database: Database): InventoryNode {
    const realtime = { emitToUser: (...call: unknown[]) => this.emitted.push(call) } as unknown as RealtimeService;
    const bus = singleNodeBus();
    const cache = new CharacterCache(bus, { now: Date.now });
    const repository = new CharactersRepository(database);
    // Without accounts: no test creates a character through the service.
    const characters = new CharactersService(database, repository, cache, bus, undefined as never, realtime);
    const inventory = new InventoryService(database, new InventoryRepository(database), characters, realtime);
    return { database, characters, inventory };
  }
}
