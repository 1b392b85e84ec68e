/** A step of the kit: one situation that every client meets, and what it has to do in it. */
import type { ServerProcess } from '../../support/servers/server';
import type { StepName } from '../client-protocol';
import type { Stage } from '../stage';

export interface ConformanceStep {
  readonly name: StepName;
  /** What a client that passes does. */
  readonly expects: string;
  /** A client may declare that it does not support the step; each client can play the others. */
  readonly isOptional?: true;
  /** The node of the client is killed: the step gets one of its own. */
  readonly needsOwnNode?: true;
  /** @throws ClientFault with what was expected and what happened. */
  play(stage: Stage, ownNode: ServerProcess | undefined): Promise<void>;
}
