/** What a command handler learns of the connection that sent it. Services get this instead of a socket. */
import type { EventName, EventPayload, Principal } from '@aeturnis/contracts';
import type { PreparedEvent } from '../adapter/prepared-event';

export interface Caller {
  /** Id of the connection; a user may have several. */
  readonly socketId: string;
  readonly principal: Principal;
  /** Sends an event of class `reply` to this connection alone: local, immediate, never replayed. */
  reply<Name extends EventName>(event: Name, payload: EventPayload<Name>): void;
  /** Hands over an event that others get too. False where the connection lags and has not got it. */
  give(event: PreparedEvent): boolean;
}
