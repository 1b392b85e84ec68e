/** Announces users that open a conversation, and users that close it or lose their last viewing connection. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { MAX_MEMBERS, parseRoom, RoomKind, roomName } from '@aeturnis/contracts';
import { FailureLog } from '@aeturnis/platform';
import { Clock, type DeliveryScope, Membership } from '@aeturnis/realtime';
import { AccountsService } from '../../accounts';
import { PresenceService } from '../../presence';
import { RealtimeService } from '../../realtime';
import { BlockList, userRooms } from '../../social';
import { userRef } from '../log/log-events';
import { BlockExclusions } from '../members/block-exclusions';

type ViewingChange = Parameters<Parameters<Membership['onChange']>[0]>[0][number];

@Injectable()
export class ViewerAnnouncements implements OnModuleInit {
  private readonly logger = new Logger(ViewerAnnouncements.name);
  private readonly failures = new FailureLog(this.logger);

  constructor(
    private readonly membership: Membership,
    private readonly realtime: RealtimeService,
    private readonly accounts: AccountsService,
    private readonly presence: PresenceService,
    private readonly blocks: BlockList,
    private readonly exclusions: BlockExclusions,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const onChanges = (changes: ViewingChange[], reach: DeliveryScope): void => {
      for (const change of changes)
        this.announce(change, reach).catch((error: unknown) => {
          const { userId } = change;
          this.failures.warn({ message: 'viewer announcement failed, viewer lists are outdated', userId, error });
        });
    };
    this.membership.onChange(onChanges);
    this.membership.onConfirmed(onChanges);
  }

  private async announce({ group, userId, kind }: ViewingChange, reach: DeliveryScope): Promise<void> {
    const viewed = parseRoom(group);
    if (viewed?.kind !== RoomKind.Viewing) return;
    const conversationId = viewed.id;
    const [names, invisible, hidden] = await Promise.all([
      this.accounts.namesOf([userId]),
      this.presence.invisibleAmong([userId]),
      this.blocks.hiddenFrom(userId),
    ]);
    if (invisible.has(userId)) return;
    const room = roomName(RoomKind.Conversation, conversationId);
    // Keeps the `except` list no longer than a conversation has members.
    const excluded = hidden.size > MAX_MEMBERS ? await this.exclusions.membersAmong(conversationId, hidden) : hidden;
    const options = { except: userRooms([userId, ...excluded]), reach, chargedTo: userId };
    const timestamp = this.clock.now();
    const payload = { conversationId, userId, timestamp };
    if (kind === 'entered')
      this.realtime.emitToRoom(room, 'user:online', { ...payload, user: userRef(userId, names) }, options);
    else {
      const lastSeenAt = new Date(timestamp).toISOString();
      this.realtime.emitToRoom(room, 'user:offline', { ...payload, lastSeenAt }, options);
    }
  }
}
