/** Actions of characters, with or without a target in the same zone: checks the cooldown and broadcasts to the zone. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, type CharacterActionDto } from '@aeturnis/contracts';
import { assertAllowed, type Caller, Clock, QUOTA_STORE, type QuotaStore } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import { hasMonster } from '../monsters/patrolling-monsters';
import { PlayedCharacters } from '../played-characters/played-characters';
import { ZonePositions } from '../positions/zone-positions';
import type { Zone } from '../zones/zone';
import { cooldownMsOf } from './cooldowns';

@Injectable()
export class ActionService {
  constructor(
    private readonly played: PlayedCharacters,
    private readonly positions: ZonePositions,
    @Inject(QUOTA_STORE) private readonly quota: QuotaStore,
    private readonly realtime: RealtimeService,
    private readonly clock: Clock,
  ) {}

  /**
   * The cooldown belongs to the character, across connections and nodes; a refused action does not start it.
   * @throws AppError NO_CHARACTER, NOT_FOUND for a target that is not in the zone, RATE_LIMITED during the cooldown.
   */
  async act(caller: Caller, { action, targetId }: CharacterActionDto): Promise<{ cooldownMs: number }> {
    const { id, zone } = this.played.requirePresent(caller);
    if (targetId !== undefined && !(await this.isInZone(zone, targetId)))
      throw new AppError('NOT_FOUND', 'The target is not in your zone');
    const cooldownMs = cooldownMsOf(action);
    const policy = { limit: 1, windowMs: cooldownMs, burst: 1 };
    const outcome = await this.quota.take(`character:${id}:action:${action}`, policy);
    assertAllowed(outcome, 'This action is on cooldown; wait before you repeat it');
    const target = targetId === undefined ? {} : { targetId };
    const payload = { zone: zone.id, id, action, ...target, timestamp: this.clock.now() };
    this.realtime.emitToZone(zone.id, 'character:acted', payload, { chargedTo: caller.principal.userId });
    return { cooldownMs };
  }

  /** Whether a character or monster with this id is in the zone. While Redis is down, only this node is searched. */
  private async isInZone(zone: Zone, id: string): Promise<boolean> {
    const local = this.played.get(id);
    if (local?.isPresent) return local.zone === zone;
    return hasMonster(zone, id) || this.positions.has(zone.id, id).catch(() => false);
  }
}
