/** Guards all connections of this node: makes a guard for each, sums up what they have not read, and reports who is cut off. */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONNECTION_POLICY } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../clock';
import { SocketMetrics } from '../metrics/socket-metrics';
import type { RealtimeServer } from '../socket-types';
import { clientIp } from './client-ip';
import { ConnectionGuard, type CutOffCode, type GuardContext, guardOf } from './connection-guard';
import type { EngineConnection, EngineTransport } from './engine-connection';
import { GuardedWebSocket } from './guarded-websocket';
import type { InboundPolicy } from './inbound-budget';
import { PendingSessions } from './pending-sessions';
import { guardTransport, limitRequests } from './polling-limits';
import { defaultNodeLimit, UnsentBytes } from './unsent-bytes';

/**
 * Frames per event of the contract: a client answers heartbeats and acknowledges beside its events, and is told about 150
 * events too many before it is closed for those.
 */
const FRAMES_PER_EVENT = 4;
const FRAME_BURST = 480;
/** The parser of Socket.IO takes no event with more. */
const MAX_ATTACHMENTS = 10;
/** Largest payloads a client may send per second, and at once. */
const PAYLOADS_PER_SECOND = 2;
const PAYLOAD_BURST = 16;
/** A client may use twice the burst, and a payload is at least counted like a few commands. */
const MIN_PAYLOAD_BYTES = 16 * 1024;

/** Lines about connections that were cut off, per second: an attacker must not fill the disk. */
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
  private readonly unsent: UnsentBytes;
  /** Those that were open at the last look, and all since. */
  private guards: ConnectionGuard[] = [];
  private readonly pending: PendingSessions;
  private logWindowStart = 0;
  private logged = 0;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    clock: Clock,
    private readonly metrics: SocketMetrics,
  ) {
    this.now = () => clock.now();
    this.maxPayloadBytes = config.maxPayloadBytes;
    this.pending = new PendingSessions(config.connectTimeoutMs);
    this.policy = config.limitsOn ? inboundPolicy(config.maxPayloadBytes) : UNLIMITED;
    const limits = {
      connectionBytes: config.maxWriteBufferBytes,
      nodeBytes: config.maxNodeWriteBufferBytes ?? defaultNodeLimit(),
    };
    this.unsent = new UnsentBytes(limits, (guard, code) => guard.end(code));
  }

  /** Watches every connection of this server from its first byte on. */
  attach({ engine }: RealtimeServer): void {
    const emitter = engine as unknown as Engine;
    emitter.use((request, response, next) => limitRequests(emitter, request, response, next));
    emitter.on('connection', (connection) => this.watch(connection));
    // Between these two the queue of a connection is handed to its transport.
    emitter.on('flush', (connection) => {
      const { res } = connection.transport;
      if (res) guardOf(connection)?.answering(res);
    });
    emitter.on('drain', (connection) => guardOf(connection)?.flushed());
  }

  unsentChanged(guard: ConnectionGuard): void {
    this.unsent.update(guard);
  }

  cutOff(guard: ConnectionGuard, code: CutOffCode, error?: unknown): void {
    this.metrics.closedFor(code);
    if (!this.mayLog()) return;
    const { connection, user, unsentBytes: bytes } = guard;
    const packets = connection.writeBuffer.length;
    const ip = user?.ip ?? clientIp(connection.request.headers, connection.remoteAddress, this.config.trustedProxies);
    const details = { code, userId: user?.userId, ip };
    if (code === 'CONNECT_TIMEOUT')
      this.logger.debug({ message: 'connection not admitted in time, closed', ...details });
    else if (code === 'FAILED')
      this.logger.error({ message: 'handling what a client sent failed, connection closed', ...details, error });
    else if (code === 'EARLY' || code === 'FLOODING')
      this.logger.warn({ message: 'suspicious activity: connection cut off', ...details });
    else this.logger.warn({ message: 'overloaded, connection closed', ...details, packets, bytes });
  }

  /** All connections that were open at the last call, or have been opened since and still are. */
  open(): readonly ConnectionGuard[] {
    this.pending.look(this.now());
    return (this.guards = this.guards.filter(({ connection }) => connection.readyState !== 'closed'));
  }

  /** Bytes that all clients together have not read, and the most of one of them, as of now. */
  unsentBytes(): { total: number; highest: number } {
    const highest = this.unsent.refresh();
    return { total: this.unsent.total, highest };
  }

  private watch(connection: EngineConnection): void {
    const guard = new ConnectionGuard(connection, this);
    this.guards.push(guard);
    guardTransport(connection.transport, guard);
    connection.on('close', closed);
    if (connection.transport.socket instanceof GuardedWebSocket) connection.transport.socket.owner = guard;
    else {
      connection.once('upgrade', upgraded);
      this.pending.add(guard);
    }
  }

  private mayLog(): boolean {
    const now = this.now();
    if (now - this.logWindowStart >= LOG_WINDOW_MS) {
      if (this.logged > LOG_LINES)
        this.logger.warn({ message: 'more connections cut off', count: this.logged - LOG_LINES });
      this.logWindowStart = now;
      this.logged = 0;
    }
    return ++this.logged <= LOG_LINES;
  }
}

interface Engine {
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

/** One function each for all connections: the engine calls them with the connection as `this`. */
function closed(this: EngineConnection): void {
  guardOf(this)?.closed();
}

function upgraded(this: EngineConnection, transport: EngineTransport): void {
  const guard = guardOf(this);
  if (guard) guardTransport(transport, guard);
  if (transport.socket instanceof GuardedWebSocket) guard?.upgraded(transport.socket);
}
