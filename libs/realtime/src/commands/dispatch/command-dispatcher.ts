/** Receives the commands of all sockets and runs those of a socket one after the other. Refused ones are answered at once. */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, CONNECTION_POLICY, type WireError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, FailureLog } from '@aeturnis/platform';
import { guardOf } from '../../transport/limits/connection-guard';
import { InboundFastPath } from '../../transport/inbound/inbound-fast-path';
import { Clock } from '../../base/clock';
import type { Connection } from '../../connections/connection';
import { ConnectionRegistry } from '../../connections/connection-registry';
import { FloodGuard } from '../limits/flood-guard';
import { CommandMetrics } from '../../base/metrics/command-metrics';
import type { RealtimeSocket } from '../../base/socket-types';
import type { CommandEntry } from './command-entry';
import { CommandJob, sendCommandError } from './command-job';
import { CommandRunner } from './command-runner';
import { CommandTable } from './command-table';
import { assertEventInternals, type EventPacket, interceptEvents } from '../../transport/internals/socket-events';

const MAX_QUEUED_COMMANDS = 100;
/** The head of an event packet in the namespace `/` without attachments: the id of its acknowledgement, and its name. */
const EVENT_HEAD = /^42(\d{0,15})\[("(?:[^"\\]|\\.)*")/;

@Injectable()
export class CommandDispatcher {
  private readonly logger = new Logger('Commands');
  private readonly failures = new FailureLog(this.logger);
  private readonly runner: CommandRunner;
  private readonly listener: (this: RealtimeSocket, packet: EventPacket) => void;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly table: CommandTable,
    private readonly connections: ConnectionRegistry,
    private readonly floodGuard: FloodGuard,
    private readonly clock: Clock,
    private readonly metrics: CommandMetrics,
  ) {
    assertEventInternals();
    this.runner = new CommandRunner(config, clock, metrics, (connection) => this.runWaiting(connection));
    const receive = (socket: RealtimeSocket, packet: EventPacket): void => {
      const connection = this.connections.get(socket.id);
      // The protocol allows a number as the name of an event, but no command has one.
      const name = packet.data?.[0];
      const entry = typeof name === 'string' ? this.table.get(name) : undefined;
      if (connection) this.receive(connection, socket, packet, entry);
    };
    this.listener = function (this: RealtimeSocket, packet) {
      receive(this, packet);
    };
  }

  /** Handles every event of this socket as a command of this connection. */
  listen(socket: RealtimeSocket, connection: Connection): void {
    interceptEvents(socket, this.listener);
    const guard = guardOf(socket.conn);
    if (guard) guard.oversizedHandler = (head) => this.refuseOversized(connection, socket, head);
    if (this.config.socketCork === 'off') return;
    InboundFastPath.bindCommands(socket, {
      tryDispatch: (packet) => {
        const entry = this.table.get(packet.data[0] as string);
        if (entry) this.receive(connection, socket, packet, entry);
        return entry !== undefined;
      },
    });
  }

  /** Marks the connection as free and runs its queued commands until one of them is asynchronous. */
  runWaiting(connection: Connection): void {
    connection.isBusy = false;
    for (let start = connection.queuedCommands.shift(); start; start = connection.queuedCommands.shift()) {
      if (start()) return;
    }
  }

  /** Discards the queued commands of a closed connection: its client would not receive their outcome. */
  discardWaiting(connection: Connection): void {
    connection.queuedCommands.length = 0;
  }

  // Catches everything: an exception in a Socket.IO listener would end the process.
  private receive(
    connection: Connection,
    socket: RealtimeSocket,
    packet: EventPacket,
    entry: CommandEntry | undefined,
  ): void {
    try {
      this.startOrQueue(connection, socket, packet, entry);
    } catch (error) {
      this.failures.error({
        message: 'event packet dropped: handling it failed',
        socketId: socket.id,
        error,
      });
    }
  }

  /** Must not throw into the frame parser. @returns false if the message is no command. */
  private refuseOversized(connection: Connection, socket: RealtimeSocket, head: string): boolean {
    const [, digits = '', quoted] = EVENT_HEAD.exec(head) ?? [];
    if (quoted === undefined) return false;
    try {
      const event = JSON.parse(quoted) as string;
      const entry = this.table.get(event);
      const refusal =
        this.checkAdmission(connection, event, entry) ?? payloadTooLarge(event, this.config.maxPayloadBytes);
      this.metrics.recordCommand(entry ? event : 'unknown', refusal.code, 0);
      sendCommandError(connection, socket, event, digits === '' ? null : Number(digits), refusal);
      return true;
    } catch (error) {
      this.logger.debug({ message: 'answering an oversized message failed', socketId: socket.id, error });
      return false;
    }
  }

  private startOrQueue(
    connection: Connection,
    socket: RealtimeSocket,
    { data = [], id: ackId = null }: EventPacket,
    entry: CommandEntry | undefined,
  ): void {
    const event = typeof data[0] === 'string' ? data[0] : '';
    const refusal = this.checkAdmission(connection, event, entry);
    if (refusal || !entry) {
      this.metrics.recordCommand(entry ? event : 'unknown', refusal?.code ?? 'UNKNOWN_EVENT', 0);
      if (refusal) sendCommandError(connection, socket, event, ackId, refusal);
      return;
    }
    const job = new CommandJob(entry, connection, socket, data, ackId, this.clock.now());
    if (!connection.isBusy && connection.queuedCommands.length === 0) return void this.start(job);
    job.queuedAt = performance.now();
    connection.queuedCommands.push(() => this.start(job));
    if (!connection.isBusy) this.runWaiting(connection);
  }

  private checkAdmission(connection: Connection, event: string, entry: CommandEntry | undefined): WireError | null {
    const retryAfterMs = this.floodGuard.take(connection, CONNECTION_POLICY);
    if (retryAfterMs > 0)
      return new AppError('RATE_LIMITED', 'Too many events on this connection', { retryAfterMs }).toWire();
    if (!entry) return new AppError('UNKNOWN_EVENT', `There is no command '${event.slice(0, 64)}'`).toWire();
    if (connection.queuedCommands.length >= MAX_QUEUED_COMMANDS)
      return new AppError('RATE_LIMITED', `More than ${MAX_QUEUED_COMMANDS} commands are queued`).toWire();
    return null;
  }

  /** @returns whether the command is still running, so that the connection is busy. */
  private start(job: CommandJob<Connection>): boolean {
    const { connection } = job;
    return (connection.isBusy = !this.runner.run(job));
  }
}

const payloadTooLarge = (event: string, maxBytes: number): WireError =>
  new AppError('PAYLOAD_TOO_LARGE', `${event} was larger than ${maxBytes} bytes and has not been read`, {
    details: { maxBytes },
  }).toWire();
