/** The connection that sent a command, as handlers and services see it; they get this instead of a socket. */
import type { EventName, EventPayload, Principal } from '@aeturnis/contracts';
import type { PreparedEvent } from '../transport/outbound/prepared-event';

export interface Caller {
  /** The id of the connection; a user may have several connections. */
  readonly socketId: string;
  readonly principal: Principal;
  /** Sends an event of class `reply` to this connection only: at once, without Redis, never replayed. */
  reply<Name extends EventName>(event: Name, payload: EventPayload<Name>): void;
  /** Sends an event that other connections get too. @returns false if it was dropped because this connection lags. */
  sendPrepared(event: PreparedEvent): boolean;
  /**
   * Starts a measurement by a ping, at most four times a second. @returns the last measured round trip of this connection, in
   * whole milliseconds; null before the first pong. A client can lengthen its round trip by answering late.
   */
  measureRoundTrip(): number | null;
}
