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
import { Persons } from '../characters';
import { PresenceWatching } from './presence-watching';
import { type OwnPresence, PresenceService } from './presence.service';

@RealtimeGateway()
export class PresenceGateway {
  constructor(
    private readonly presence: PresenceService,
    private readonly watching: PresenceWatching,
    private readonly persons: Persons,
  ) {}

  @Handles(PresenceUpdate)
  update(dto: PresenceUpdateDto, caller: Caller): Promise<OwnPresence> {
    return this.presence.update(caller, dto);
  }

  @Handles(PresenceGet)
  async get(dto: PresenceUsersDto, caller: Caller): Promise<{ users: PresenceView[] }> {
    return { users: await this.watching.look(caller, await this.persons.userIds(dto)) };
  }

  @Handles(PresenceSubscribe)
  async subscribe(dto: PresenceUsersDto, caller: Caller): Promise<{ users: PresenceView[] }> {
    return { users: await this.watching.watch(caller, await this.persons.userIds(dto)) };
  }

  @Handles(PresenceUnsubscribe)
  async unsubscribe(dto: PresenceUsersDto, caller: Caller): Promise<object> {
    await this.watching.unwatch(caller, await this.persons.userIds(dto));
    return {};
  }
}
