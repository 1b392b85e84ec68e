/** Commands about presence. */
import {
  PresenceGet,
  PresenceSubscribe,
  PresenceUnsubscribe,
  PresenceUpdate,
  type PresenceUpdateDto,
  type PresenceUsersDto,
  type PresenceView,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { PresenceWatching } from './presence-watching';
import { type OwnPresence, PresenceService } from './presence.service';

@RealtimeGateway()
export class PresenceGateway {
  constructor(
    private readonly presence: PresenceService,
    private readonly watching: PresenceWatching,
  ) {}

  @Handles(PresenceUpdate)
  update(dto: PresenceUpdateDto, caller: Caller): Promise<OwnPresence> {
    return this.presence.update(caller, dto);
  }

  @Handles(PresenceGet)
  async get({ userIds }: PresenceUsersDto, caller: Caller): Promise<{ users: PresenceView[] }> {
    return { users: await this.watching.look(caller, userIds) };
  }

  @Handles(PresenceSubscribe)
  async subscribe({ userIds }: PresenceUsersDto, caller: Caller): Promise<{ users: PresenceView[] }> {
    return { users: await this.watching.watch(caller, userIds) };
  }

  @Handles(PresenceUnsubscribe)
  async unsubscribe({ userIds }: PresenceUsersDto, caller: Caller): Promise<object> {
    await this.watching.unwatch(caller, userIds);
    return {};
  }
}
