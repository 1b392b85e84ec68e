/**
 * The way of a command to its turn: one listener for all sockets, commands of a socket one after the other, and an answer
 * at once to what is refused before its turn.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, CONNECTION_POLICY, type WireError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, FailureLog } from '@aeturnis/platform';
import { guardOf } from '../adapter/connection-guard';
import { StraightWay } from '../adapter/straight-way';
import { Clock } from '../clock';
import type { Connection } from '../connections/connection';
import { Connections } from '../connections/connections';
import { FloodGuard } from '../limits/flood-guard';
import { SocketMetrics } from '../metrics/socket-metrics';
import type { RealtimeSocket } from '../socket-types';
import type { CommandEntry } from './command-entry';
import { CommandJob, tell } from './command-job';
import { CommandRunner } from './command-runner';
import { CommandTable } from './command-table';
import { assertInlet, type EventPacket, takeEvents } from './socket-inlet';

const MAX_WAITING = 100;
/** The beginning of an event in the namespace `/` without attachments: its acknowledgement and its name. */
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
    private readonly connections: Connections,
    private readonly flood: FloodGuard,
    private readonly clock: Clock,
    private readonly metrics: SocketMetrics,
  ) {
    assertInlet();
    this.runner = new CommandRunner(config, clock, metrics, (connection) => this.release(connection));
    const receive = (socket: RealtimeSocket, packet: EventPacket): void => {
      const connection = this.connections.get(socket.id);
      // The protocol allows a number as the name of an event; we know no such command.
      const name = packet.data?.[0];
      const entry = typeof name === 'string' ? this.table.get(name) : undefined;
      if (connection) this.receive(connection, socket, packet, entry);
    };
    this.listener = function (this: RealtimeSocket, packet) {
      receive(this, packet);
    };
  }

  /** Takes every event of this socket as a command of this connection. */
  listen(socket: RealtimeSocket, connection: Connection): void {
    takeEvents(socket, this.listener);
    const guard = guardOf(socket.conn);
    if (guard) guard.onOversized = (head) => this.refuseOversized(connection, socket, head);
    if (this.config.socketCork === 'off') return;
    StraightWay.open(socket, {
      take: (packet) => {
        const entry = this.table.get(packet.data[0] as string);
        if (entry) this.receive(connection, socket, packet, entry);
        return entry !== undefined;
      },
    });
  }

  /** Starts the commands of a connection that has been set up. */
  release(connection: Connection): void {
    connection.busy = false;
    for (let job = connection.waiting.shift(); job; job = connection.waiting.shift()) {
      if (this.start(job)) return;
    }
  }

  /** Commands that still wait when their connection ends are not begun: nobody would hear of the outcome. */
  forget(connection: Connection): void {
    connection.waiting.length = 0;
  }

  // Nothing may throw into Socket.IO: it would end the process.
  private receive(
    connection: Connection,
    socket: RealtimeSocket,
    packet: EventPacket,
    entry: CommandEntry | undefined,
  ): void {
    try {
      this.take(connection, socket, packet, entry);
    } catch (error) {
      this.failures.error({ message: 'a frame could not be taken', socketId: socket.id, error });
    }
  }

  /** Nothing may throw into the parser of frames. @returns false for what is no command. */
  private refuseOversized(connection: Connection, socket: RealtimeSocket, head: string): boolean {
    const [, digits = '', quoted] = EVENT_HEAD.exec(head) ?? [];
    if (quoted === undefined) return false;
    try {
      const event = JSON.parse(quoted) as string;
      const entry = this.table.get(event);
      const refusal = this.refusal(connection, event, entry) ?? tooLarge(event, this.config.maxPayloadBytes);
      this.metrics.command(entry ? event : 'unknown', refusal.code, 0);
      tell(connection, socket, event, digits === '' ? null : Number(digits), refusal);
      return true;
    } catch (error) {
      this.logger.debug({ message: 'a message that was too large could not be answered', socketId: socket.id, error });
      return false;
    }
  }

  private take(
    connection: Connection,
    socket: RealtimeSocket,
    { data = [], id: ackId = null }: EventPacket,
    entry: CommandEntry | undefined,
  ): void {
    const event = typeof data[0] === 'string' ? data[0] : '';
    const refusal = this.refusal(connection, event, entry);
    if (refusal || !entry) {
      this.metrics.command(entry ? event : 'unknown', refusal?.code ?? 'UNKNOWN_EVENT', 0);
      if (refusal) tell(connection, socket, event, ackId, refusal);
      return;
    }
    const job = new CommandJob(entry, connection, socket, data, ackId, this.clock.now());
    if (!connection.busy && connection.waiting.length === 0) return void this.start(job);
    job.waitsSince = performance.now();
    connection.waiting.push(job);
    if (!connection.busy) this.release(connection);
  }

  private refusal(connection: Connection, event: string, entry: CommandEntry | undefined): WireError | null {
    const retryAfterMs = this.flood.take(connection, CONNECTION_POLICY);
    if (retryAfterMs > 0)
      return new AppError('RATE_LIMITED', 'Too many events on this connection', { retryAfterMs }).toWire();
    if (!entry) return new AppError('UNKNOWN_EVENT', `There is no command '${event.slice(0, 64)}'`).toWire();
    if (connection.waiting.length >= MAX_WAITING)
      return new AppError('RATE_LIMITED', `More than ${MAX_WAITING} commands wait`).toWire();
    return null;
  }

  /** @returns whether the connection is busy with it now. */
  private start(job: CommandJob<Connection>): boolean {
    const { connection } = job;
    return (connection.busy = !this.runner.run(job));
  }
}

const tooLarge = (event: string, maxBytes: number): WireError =>
  new AppError('PAYLOAD_TOO_LARGE', `${event} was larger than ${maxBytes} bytes and has not been read`, {
    details: { maxBytes },
  }).toWire();
