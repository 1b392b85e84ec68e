/** The hooks by which session resume calls into the rest of the server; `ResumeService` implements them. */
import type { DeliveryDependencies } from './delivery/journal-delivery';
import type { JournalGap } from './journal/journal-consumer';
import type { ReplayLimit, ResumeIdentity, ResumeRefusal } from './sessions/session-restorer';
import type { EngineClient, HandshakeAuth } from '../transport/internals/socketio-internals';
import type { EventLossReason } from '../base/metrics/delivery-metrics';

export interface ResumeHooks extends ReplayLimit {
  /** Verifies the token of a handshake; null without a valid one. */
  identify(client: EngineClient, auth: HandshakeAuth): Promise<ResumeIdentity | null>;
  /** Reports how an attempt to resume ended. */
  onOutcome(outcome: 'recovered' | ResumeRefusal): void;
  /** An attempt to resume failed on the server's side; the connection is closed so that the client retries. */
  onFailure(error: unknown): void;
  /** An event of this node will never reach other nodes. */
  onEventLost(reason: EventLossReason): void;
  /** These connections cannot be resumed for now. */
  onUnrecoverable(socketIds: readonly string[]): void;
  /** These connections can be resumed from the current offset on. */
  onRecoverable(socketIds: readonly string[]): void;
  /** These connections may have missed events. */
  onGap(reason: Exclude<JournalGap, 'begun'> | 'lost', socketIds: readonly string[]): void;
  applyOrder: DeliveryDependencies['applyOrder'];
}
