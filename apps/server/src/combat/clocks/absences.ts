/** Checks recorded absences before a player loses a duel by them: what was recorded may be older than the player's return. */
import { Injectable } from '@nestjs/common';
import { Presence } from '@aeturnis/realtime';
import { type ActiveFight, playerByCharacter } from '../fights/fight';
import { absentees, withAbsenceExtended, withAbsenceRemoved } from './turn-clock';

/** While Redis is unavailable, no absence can be confirmed: the time is not counted. */
const UNKNOWN_CREDIT_MS = 5_000;

@Injectable()
export class Absences {
  constructor(private readonly presence: Presence) {}

  /** @returns the fight without the absences of players that are connected, on whichever node. */
  async withVerified(fight: ActiveFight): Promise<ActiveFight> {
    const { ids } = absentees(fight);
    if (ids.length === 0) return fight;
    const userIds = ids.map((id) => playerByCharacter(fight, id)?.userId ?? '');
    const online = await this.presence.areOnlineAnywhere(userIds);
    let { clocks } = fight;
    ids.forEach((id, index) => {
      if (!online) clocks = withAbsenceExtended(clocks, id, fight.now + UNKNOWN_CREDIT_MS);
      else if (online[index]) clocks = withAbsenceRemoved(clocks, id);
    });
    return { ...fight, clocks };
  }
}
