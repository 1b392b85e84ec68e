/** Socket commands for presence. */
import {
  type OwnPresence,
  PresenceGet,
  PresenceSubscribe,
  PresenceUnsubscribe,
  PresenceUpdate,
  type PresenceUpdateDto,
  type PresenceUsersDto,
  type PresenceList,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { UserResolver } from '../characters';
import { PresenceSubscriptions } from './presence-subscriptions';
import { PresenceService } from './presence.service';

@RealtimeGateway()
export class PresenceGateway {
  constructor(
    private readonly presence: PresenceService,
    private readonly subscriptions: PresenceSubscriptions,
    private readonly resolver: UserResolver,
  ) {}

  @Handles(PresenceUpdate)
  update(dto: PresenceUpdateDto, caller: Caller): Promise<OwnPresence> {
    return this.presence.update(caller, dto);
  }

  @Handles(PresenceGet)
  async get(dto: PresenceUsersDto, caller: Caller): Promise<PresenceList> {
    return { users: await this.subscriptions.viewUsers(caller, await this.resolver.resolveUserIds(dto)) };
  }

  @Handles(PresenceSubscribe)
  async subscribe(dto: PresenceUsersDto, caller: Caller): Promise<PresenceList> {
    return { users: await this.subscriptions.subscribe(caller, await this.resolver.resolveUserIds(dto)) };
  }

  @Handles(PresenceUnsubscribe)
  async unsubscribe(dto: PresenceUsersDto, caller: Caller): Promise<object> {
    await this.subscriptions.unsubscribe(caller, await this.resolver.resolveUserIds(dto));
    return {};
  }
}
