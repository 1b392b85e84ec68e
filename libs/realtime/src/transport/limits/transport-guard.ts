/** Creates a `ConnectionGuard` for every connection of this node, sums up their unread bytes, and logs each cut-off. */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONNECTION_POLICY } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../../base/clock';
import { ConnectionMetrics } from '../../base/metrics/connection-metrics';
import type { RealtimeServer } from '../../base/socket-types';
import { clientIp } from '../client-ip';
import { ConnectionGuard, type CutOffCode, type GuardContext, guardOf } from './connection-guard';
import type { EngineConnection, EngineTransport } from '../internals/engine-connection';
import { GuardedWebSocket } from '../inbound/guarded-websocket';
import type { InboundPolicy } from '../inbound/inbound-budget';
import { PendingSessions } from './pending-sessions';
import { guardTransport, limitPollingRequests } from './polling-limits';
import { defaultNodeUnsentLimit, UnsentBytes, type UnsentLimits } from '../outbound/unsent-bytes';

/**
 * Frames per event of the contract: besides its events a client answers heartbeats and sends acknowledgements, and it gets
 * about 150 rate-limit refusals before it is closed for flooding.
 */
const FRAMES_PER_EVENT = 4;
const FRAME_BURST = 480;
/** The parser of Socket.IO refuses events with more attachments. */
const MAX_ATTACHMENTS = 10;
/** How many payloads of the largest size a client may send per second, and at once. */
const PAYLOADS_PER_SECOND = 2;
const PAYLOAD_BURST = 16;
/** A lower bound for the payload size that the byte budget is computed from, so that a few commands always fit. */
const MIN_PAYLOAD_BYTES = 16 * 1024;

/** Log lines about cut-off connections per second: an attacker must not fill the disk. */
const LOG_LINES = 10;
const LOG_WINDOW_MS = 1_000;

const UNLIMITED: InboundPolicy = {
  framesPerSecond: Number.POSITIVE_INFINITY,
  frameBurst: Number.POSITIVE_INFINITY,
  attachmentsPerSecond: Number.POSITIVE_INFINITY,
  attachmentBurst: Number.POSITIVE_INFINITY,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  byteBurst: Number.POSITIVE_INFINITY,
};

@Injectable()
export class TransportGuard implements GuardContext {
  readonly policy: InboundPolicy;
  readonly maxPayloadBytes: number;
  readonly now: () => number;
  private readonly logger = new Logger('Connections');
  readonly unsentLimits: UnsentLimits;
  private readonly unsent: UnsentBytes;
  /** The guards that were open at the last call of `openGuards`, and all created since. */
  private guards: ConnectionGuard[] = [];
  private readonly pending: PendingSessions;
  private logWindowStart = 0;
  private loggedLines = 0;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    clock: Clock,
    private readonly metrics: ConnectionMetrics,
  ) {
    this.now = () => clock.now();
    this.maxPayloadBytes = config.maxPayloadBytes;
    this.pending = new PendingSessions(config.connectTimeoutMs);
    this.policy = config.hasLimits ? inboundPolicy(config.maxPayloadBytes) : UNLIMITED;
    this.unsentLimits = {
      connectionBytes: config.maxWriteBufferBytes,
      nodeBytes: config.maxNodeWriteBufferBytes ?? defaultNodeUnsentLimit(),
    };
    this.unsent = new UnsentBytes(this.unsentLimits, (guard, code) => guard.end(code));
  }

  /** Guards every connection of this server from its first byte on. */
  attach({ engine }: RealtimeServer): void {
    const emitter = engine as unknown as GuardedEngine;
    emitter.use((request, response, next) => limitPollingRequests(emitter, request, response, next));
    emitter.on('connection', (connection) => this.watch(connection));
    // Between `flush` and `drain` the engine hands the write buffer of a connection to its transport.
    emitter.on('flush', (connection) => {
      const { res } = connection.transport;
      if (res) guardOf(connection)?.onPollAnswering(res);
    });
    emitter.on('drain', (connection) => guardOf(connection)?.onFlushed());
  }

  onUnsentChanged(guard: ConnectionGuard): void {
    this.unsent.update(guard);
  }

  onCutOff(guard: ConnectionGuard, code: CutOffCode, error?: unknown): void {
    this.metrics.recordClosedByServer(code);
    if (!this.shouldLog()) return;
    const { connection, user, unsentBytes: bytes } = guard;
    const packets = connection.writeBuffer.length;
    const ip = user?.ip ?? clientIp(connection.request.headers, connection.remoteAddress, this.config.trustedProxies);
    const details = { code, userId: user?.userId, ip };
    if (code === 'CONNECT_TIMEOUT')
      this.logger.debug({ message: 'connection not admitted in time, closed', ...details });
    else if (code === 'FAILED')
      this.logger.error({ message: 'handling a packet of a client failed, connection closed', ...details, error });
    else if (code === 'EARLY' || code === 'FLOODING')
      this.logger.warn({ message: 'suspicious activity: connection cut off', ...details });
    else this.logger.warn({ message: 'client reads too slowly, connection closed', ...details, packets, bytes });
  }

  /** The guards of all connections that are not closed; also ends pending sessions that have timed out. */
  openGuards(): readonly ConnectionGuard[] {
    this.pending.endExpired(this.now());
    return (this.guards = this.guards.filter(({ connection }) => connection.readyState !== 'closed'));
  }

  /** Bytes that all clients together have not read, and the highest number of a single connection. */
  unsentBytes(): { total: number; highest: number } {
    const highest = this.unsent.refresh();
    return { total: this.unsent.total, highest };
  }

  private watch(connection: EngineConnection): void {
    const guard = new ConnectionGuard(connection, this);
    this.guards.push(guard);
    guardTransport(connection.transport, guard);
    connection.on('close', onConnectionClosed);
    if (connection.transport.socket instanceof GuardedWebSocket) connection.transport.socket.owner = guard;
    else {
      connection.once('upgrade', onConnectionUpgraded);
      this.pending.add(guard);
    }
  }

  private shouldLog(): boolean {
    const now = this.now();
    if (now - this.logWindowStart >= LOG_WINDOW_MS) {
      if (this.loggedLines > LOG_LINES)
        this.logger.warn({ message: 'further connections cut off', count: this.loggedLines - LOG_LINES });
      this.logWindowStart = now;
      this.loggedLines = 0;
    }
    return ++this.loggedLines <= LOG_LINES;
  }
}

interface GuardedEngine {
  readonly clients: Record<string, EngineConnection>;
  use(middleware: (request: never, response: never, next: (error?: Error) => void) => void): void;
  on(event: 'connection' | 'flush' | 'drain', listener: (connection: EngineConnection) => void): void;
}

function inboundPolicy(maxPayloadBytes: number): InboundPolicy {
  const payload = Math.max(maxPayloadBytes, MIN_PAYLOAD_BYTES);
  const eventsPerSecond = (CONNECTION_POLICY.limit / CONNECTION_POLICY.windowMs) * 1_000;
  return {
    framesPerSecond: eventsPerSecond * FRAMES_PER_EVENT,
    frameBurst: FRAME_BURST,
    attachmentsPerSecond: eventsPerSecond * MAX_ATTACHMENTS,
    attachmentBurst: CONNECTION_POLICY.burst * MAX_ATTACHMENTS,
    bytesPerSecond: payload * PAYLOADS_PER_SECOND,
    byteBurst: payload * PAYLOAD_BURST,
  };
}

/** Shared by all connections, to save memory: the engine calls them with the connection as `this`. */
function onConnectionClosed(this: EngineConnection): void {
  guardOf(this)?.onClosed();
}

function onConnectionUpgraded(this: EngineConnection, transport: EngineTransport): void {
  const guard = guardOf(this);
  if (guard) guardTransport(transport, guard);
  if (transport.socket instanceof GuardedWebSocket) guard?.onUpgraded(transport.socket);
}
