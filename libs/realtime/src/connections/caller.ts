/** What a command handler learns of the connection that sent it. Services get this instead of a socket. */
import type { EventName, EventPayload, Principal } from '@aeturnis/contracts';

export interface Caller {
  /** Id of the connection; a user may have several. */
  readonly socketId: string;
  readonly principal: Principal;
  /** Sends an event of class `reply` to this connection alone: local, immediate, never replayed. */
  reply<Name extends EventName>(event: Name, payload: EventPayload<Name>): void;
}
