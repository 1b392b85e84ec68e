/** Sends announcements of administrators to all users, to a zone, to a room or to one user. */
import { Injectable } from '@nestjs/common';
import type { Announcement, Principal } from '@aeturnis/contracts';
import { RealtimeService } from '../../realtime';
import { AdminAuditRepository } from '../admin-audit.repository';
import { BroadcastTargets } from './broadcast-targets';
import type { BroadcastDto } from './broadcast.dto';

@Injectable()
export class BroadcastService {
  constructor(
    private readonly audit: AdminAuditRepository,
    private readonly targets: BroadcastTargets,
    private readonly realtime: RealtimeService,
  ) {}

  /**
   * Stores the audit record first, whose id and time the announcement gets, and then sends the announcement.
   * @throws AppError as `BroadcastTargets.roomOf`.
   */
  async announce(actor: Principal, { target, id, message, level }: BroadcastDto): Promise<Announcement> {
    const room = await this.targets.roomOf({ target, ...(id === undefined ? {} : { id }) });
    const record = await this.audit.append({
      actor: { id: actor.userId, name: actor.name },
      action: 'broadcast',
      target: target === 'room' ? room : (id ?? null),
      details: { target, message, level },
    });
    const announcement: Announcement = { id: record.id, message, level, createdAt: record.createdAt };
    if (room === null) this.realtime.broadcastToAll('system:announcement', announcement);
    else this.realtime.emitToRoom(room, 'system:announcement', announcement);
    return announcement;
  }
}
