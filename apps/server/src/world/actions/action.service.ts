/** Single acts of characters: on something in the same zone or on nothing, not too soon again, seen by the zone. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, type CharacterActionDto } from '@aeturnis/contracts';
import { type Caller, Clock, QUOTA_STORE, type QuotaStore, RealtimeService } from '@aeturnis/realtime';
import { hasMonster } from '../monsters/wandering';
import { PlayedCharacters } from '../played-characters';
import { ZonePositions } from '../zone-positions';
import type { Zone } from '../zones/zone';
import { coolDownOf } from './cool-downs';

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
   * The time to wait belongs to the character, whichever connection plays it, on any node; what is refused does not begin it.
   * @throws AppError NO_CHARACTER, NOT_FOUND for a target that is not in the zone, RATE_LIMITED where it is too soon.
   */
  async act(caller: Caller, { action, targetId }: CharacterActionDto): Promise<{ cooldownMs: number }> {
    const { id, zone } = this.played.playedBy(caller);
    const target = targetId;
    if (target !== undefined && !(await this.isIn(zone, target)))
      throw new AppError('NOT_FOUND', 'Nobody like that is in your zone');
    const cooldownMs = coolDownOf(action);
    const once = { limit: 1, windowMs: cooldownMs, burst: 1 };
    const { allowed, retryAfterMs } = await this.quota.take(`character:${id}:action:${action}`, once);
    if (!allowed) throw new AppError('RATE_LIMITED', 'It is too soon to do that again', { retryAfterMs });
    const acted = { zone: zone.id, id, action, ...(target === undefined ? {} : { targetId: target }) };
    const payload = { ...acted, timestamp: this.clock.now() };
    this.realtime.emitToZone(zone.id, 'character:acted', payload, { chargedTo: caller.principal.userId });
    return { cooldownMs };
  }

  /** Whether a character or a monster of this id is in the zone. Knows this node alone while Redis is away. */
  private async isIn(zone: Zone, id: string): Promise<boolean> {
    const here = this.played.get(id);
    if (here?.present) return here.zone === zone;
    return hasMonster(zone, id) || this.positions.has(zone.id, id).catch(() => false);
  }
}
