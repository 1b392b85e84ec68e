/**
 * Keeps characters that fight in their place, on whichever node they are played, and sends defeated ones to the spawn point.
 * Monsters that fight stand still, and defeated ones are not seen until they return.
 */
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { Database, FailureLog, runInBackground } from '@aeturnis/platform';
import { ClusterBus } from '@aeturnis/realtime';
import { FightingCharacters, WorldService } from '../../world';
import { FightMonstersRepository } from '../fights/fight-monsters.repository';
import { FightersRepository } from './fighters.repository';

const CHANGED_TOPIC = 'combat:fighters';
/** The bus delivers at most once: a character is held or free wrongly for no longer than this. */
const REFRESH_MS = 1_000;

interface FightersChanged {
  readonly ids: readonly string[];
  readonly isFighting: boolean;
}

@Injectable()
export class FighterHolds implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly failures = new FailureLog(new Logger(FighterHolds.name));
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly fighters: FightersRepository,
    private readonly monsters: FightMonstersRepository,
    private readonly characters: FightingCharacters,
    private readonly world: WorldService,
    private readonly bus: ClusterBus,
  ) {}

  onModuleInit(): void {
    this.characters.setReader((ids) => this.fighters.statusOf(ids));
    this.bus.subscribe<FightersChanged>(CHANGED_TOPIC, ({ ids, isFighting }) => {
      this.characters.setFighting(ids, isFighting);
      void this.refresh(ids);
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= runInBackground('fights', () => this.refresh(this.characters.playedIds())).finally(
        () => (this.running = null),
      );
    }, REFRESH_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Call it after a fight has begun or ended for these characters. */
  announce(ids: readonly string[], isFighting: boolean): void {
    if (ids.length > 0) this.bus.publish(CHANGED_TOPIC, { ids, isFighting } satisfies FightersChanged);
  }

  private async refresh(characterIds: readonly string[]): Promise<void> {
    if (this.database.state !== 'ready') return;
    try {
      this.world.setMonsterStatuses(await this.monsters.statuses());
      const respawned = await this.characters.refresh(characterIds);
      if (respawned.length > 0) await this.fighters.clearRespawns(respawned);
    } catch (error) {
      this.failures.warn({ message: 'held characters and monsters not refreshed, retrying', error });
    }
  }
}
