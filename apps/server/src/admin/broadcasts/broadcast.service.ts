/** Sends announcements of administrators to all users, to a zone or to one user. */
import { Injectable } from '@nestjs/common';
import { type Announcement, AppError, type Principal } from '@aeturnis/contracts';
import { isUUID } from 'class-validator';
import { AccountsService } from '../accounts';
import { RealtimeService } from '../realtime';
import { WorldService } from '../world';
import { AdminAuditRepository } from './admin-audit.repository';
import type { BroadcastDto, BroadcastTarget } from './broadcast.dto';

@Injectable()
export class BroadcastService {
  constructor(
    private readonly audit: AdminAuditRepository,
    private readonly accounts: AccountsService,
    private readonly world: WorldService,
    private readonly realtime: RealtimeService,
  ) {}

  /**
   * Stores the audit record first, whose id and time the announcement gets, and then sends the announcement.
   * @throws AppError NOT_FOUND for a zone or a user that does not exist, VALIDATION for an id with the target `all`.
   */
  async announce(actor: Principal, { target, id = '', message, level }: BroadcastDto): Promise<Announcement> {
    await this.requireTarget(target, id);
    const record = await this.audit.append({
      actor: { id: actor.userId, name: actor.name },
      action: 'broadcast',
      target: target === 'all' ? null : id,
      details: { target, message, level },
    });
    const announcement: Announcement = { id: record.id, message, level, createdAt: record.createdAt };
    if (target === 'all') this.realtime.broadcastToAll('system:announcement', announcement);
    else if (target === 'zone') this.realtime.emitToZone(id, 'system:announcement', announcement);
    else this.realtime.emitToUser(id, 'system:announcement', announcement);
    return announcement;
  }

  private async requireTarget(target: BroadcastTarget, id: string): Promise<void> {
    if (target === 'all' && id !== '') throw new AppError('VALIDATION', 'An announcement to `all` has no id: omit it');
    if (target === 'zone' && !this.world.hasZone(id)) throw new AppError('NOT_FOUND', 'There is no such zone');
    if (target === 'user' && !(await this.isUser(id))) throw new AppError('NOT_FOUND', 'There is no such user');
  }

  private async isUser(id: string): Promise<boolean> {
    return isUUID(id) && (await this.accounts.namesOf([id])).size > 0;
  }
}
