/** What recovery asks of the rest of the server, and tells it. */
import type { DeliveryParts } from './delivery';
import type { JournalGap } from './journal';
import type { Refusal } from './restore-refused';
import type { EngineClient, HandshakeAuth } from './socket-internals';
import type { GivenUp } from './submission-hooks';

/** Who comes back, proved by a token. */
export interface Identity {
  readonly userId: string;
  /** Which of the user's logins. */
  readonly login: string;
}

export interface RecoveryHooks {
  /** Whose token a handshake carries; null where it proves nobody. */
  identify(client: EngineClient, auth: HandshakeAuth): Promise<Identity | null>;
  /** False for a user for whom so much was read from the journal that he has to come back later. */
  mayReplay(userId: string): boolean;
  /** So much was read for the user. */
  replayed(userId: string, bytes: number): void;
  /** How an attempt to come back ended. */
  outcome(outcome: 'recovered' | Refusal): void;
  /** An attempt to come back has failed, and the connection is closed for it. */
  failed(error: unknown): void;
  /** An event of this node will never reach others. */
  gaveUp(reason: GivenUp): void;
  /** These connections cannot be recovered for now. */
  unrecoverable(socketIds: readonly string[]): void;
  /** These connections can be recovered from here on (again). */
  recoverable(socketIds: readonly string[]): void;
  /** These connections may have missed events. */
  gap(reason: Exclude<JournalGap, 'begun'> | 'lost', socketIds: readonly string[]): void;
  obey: DeliveryParts['obey'];
}
