/** Socket commands of the admin console. */
import { AdminSubscribe, AdminUnsubscribe } from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { FiguresFeed } from './figures-feed';

@RealtimeGateway()
export class AdminGateway {
  constructor(private readonly feed: FiguresFeed) {}

  @Handles(AdminSubscribe)
  async subscribe(_: object, caller: Caller): Promise<object> {
    await this.feed.subscribe(caller);
    return {};
  }

  @Handles(AdminUnsubscribe)
  async unsubscribe(_: object, caller: Caller): Promise<object> {
    await this.feed.unsubscribe(caller);
    return {};
  }
}
