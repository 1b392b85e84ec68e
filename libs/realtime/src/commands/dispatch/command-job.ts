/** A received command until it is answered: its data, its acknowledgement, and the correlation of its log lines. */
import type { WireError } from '@aeturnis/contracts';
import type { Correlation } from '@aeturnis/platform';
import type { Caller } from '../../connections/caller';
import type { RealtimeSocket } from '../../base/socket-types';
import type { CommandEntry } from './command-entry';
import { sendAck, type AckId } from '../../transport/internals/socket-events';

const MAX_ECHOED_NAME_LENGTH = 64;

/** `C` is the type of the connection that received the command. */
export class CommandJob<C extends Caller = Caller> implements Correlation {
  /** The correlation id, created by the first log line. */
  id?: string;
  isAnswered = false;
  /** When it was queued behind earlier commands of its connection, by `performance.now()`; undefined if it was not queued. */
  queuedAt?: number;

  constructor(
    readonly entry: CommandEntry,
    readonly connection: C,
    private readonly socket: RealtimeSocket,
    /** The event name, followed by the arguments. */
    readonly data: readonly unknown[],
    readonly ackId: AckId,
    readonly receivedAt: number,
  ) {}

  get event(): string {
    return this.entry.contract.name;
  }

  get userId(): string {
    return this.connection.principal.userId;
  }

  acknowledge(answer: object): void {
    if (this.ackId !== null) sendAck(this.socket, this.ackId, answer);
  }

  sendError(error: WireError): void {
    sendCommandError(this.connection, this.socket, this.event, this.ackId, error);
  }
}

/** Sends the error of a command: as its acknowledgement, or without one by the event `error`, which names the command. */
export function sendCommandError(
  caller: Caller,
  socket: RealtimeSocket,
  event: string,
  ackId: AckId,
  error: WireError,
): void {
  if (ackId !== null) sendAck(socket, ackId, { success: false, error });
  else caller.reply('error', { ...error, event: event.slice(0, MAX_ECHOED_NAME_LENGTH) });
}
