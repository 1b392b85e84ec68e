/**
 * Intercepts the creation of sockets in Socket.IO's namespace: resumes the session that a handshake names if its token
 * proves the session's user, or begins a new one, unless the client declines recovery. Installed once by the `ResumeCoordinator`.
 */
import type { Socket } from 'socket.io';
import { declinesRecovery } from '../../base/handshake-options';
import type { DeliveryDependencies } from '../delivery/journal-delivery';
import { openRooms } from '../sessions/local-sessions';
import { intervalsFrom, SessionRooms } from '../sessions/session-rooms';
import type { SessionTakeover } from '../sessions/session-takeover';
import type { ResumeHooks } from '../resume-hooks';
import { BROADCAST_STREAM, orderStreamOf } from '../stores/resume-store';
import type { SessionReplay } from '../delivery/session-replay';
import { RestoreRefusedError, type RestoredSession, type SessionRestorer } from '../sessions/session-restorer';
import {
  createRecoveredSocket,
  type EngineClient,
  type HandshakeAuth,
  type SocketInternals,
} from '../../transport/internals/socketio-internals';

interface InterceptorDependencies extends Pick<
  DeliveryDependencies,
  'namespace' | 'journal' | 'producer' | 'sessions' | 'transitions' | 'eligibility'
> {
  readonly takeover: SessionTakeover;
  readonly restorer: SessionRestorer;
  readonly replay: SessionReplay;
  readonly hooks: Pick<ResumeHooks, 'identify' | 'onOutcome' | 'onFailure'>;
  /** Whether the store has been unreachable for long, or cannot be used. */
  isStoreAway(): boolean;
}

const RESUME_ATTEMPTED = Symbol('tried');
/** One attempt per connection: a client may send any number of handshakes over it, and admission accepts only the first. */
type ResumingClient = EngineClient & { [RESUME_ATTEMPTED]?: true };

export class ConnectInterceptor {
  constructor(private readonly dependencies: InterceptorDependencies) {}

  /** Patches `_createSocket`, so that every handshake of the namespace passes here. */
  install(): void {
    const { namespace } = this.dependencies;
    const createSocket = namespace._createSocket.bind(namespace);
    namespace._createSocket = (client: ResumingClient, all) => {
      const isFirstAttempt = client[RESUME_ATTEMPTED] === undefined;
      client[RESUME_ATTEMPTED] = true;
      if (declinesRecovery(all)) return createWithoutSession(client, all);
      if (!('pid' in all)) return createSocket(client, all);
      const { pid, offset, ...auth } = all;
      const isResumeRequested = isFirstAttempt && typeof pid === 'string' && typeof offset === 'string';
      return isResumeRequested ? resume(client, auth, pid, offset) : createSocket(client, auth);
    };
    const createWithoutSession = async (client: EngineClient, { pid: _, ...auth }: HandshakeAuth): Promise<Socket> => {
      const socket = await createSocket(client, auth);
      // The answer to the handshake then names no private id, so that a stock client does not try to resume.
      (socket as unknown as { pid: string | undefined }).pid = undefined;
      return socket;
    };
    const resume = async (client: EngineClient, auth: HandshakeAuth, pid: string, offset: string): Promise<Socket> => {
      const restored = await this.restore(client, auth, pid, offset);
      // Closing the transport makes stock clients reconnect and retry with the same session and offset.
      if (restored === 'later') client.close();
      if (restored === null || restored === 'later') return createSocket(client, auth);
      const { socketId: sid, rooms } = restored;
      this.dependencies.replay.expect(restored);
      return createRecoveredSocket(namespace, client, auth, { sid, pid, rooms: openRooms(rooms) });
    };
    namespace.prependListener('connect', (socket) => this.onConnect(socket));
  }

  private onConnect(socket: SocketInternals): void {
    const { replay, journal, sessions, producer, transitions, takeover, restorer, eligibility } = this.dependencies;
    const restored = replay.take(socket.id);
    const { id: socketId, pid } = socket;
    const { userId, sessionId: login = '' } = socket.data.principal ?? {};
    if (userId === undefined) return;
    if (pid === undefined) {
      eligibility.exclude(socketId);
      if (!producer.isIdle) transitions.recordConnect(socketId, producer.emittedCount, undefined);
      return;
    }
    if (restored) {
      // The epoch has changed since the restore: the session's intervals count in the old one and must not be saved under the new.
      if (restored.epoch === journal.position?.epoch) sessions.begin({ ...restored, isNew: false });
      if (!producer.isIdle) transitions.recordResume(socketId, producer.emittedCount);
      // The client reconnects, and its session is restored from the rooms' streams, unless those have been trimmed.
      if (!replay.replay(socket, restored)) void takeover.closeSocket(socketId);
      return;
    }
    const n = journal.position?.n ?? 0;
    const rooms = SessionRooms.of(new Map([[BROADCAST_STREAM, intervalsFrom(n)]]));
    rooms.set(orderStreamOf(userId), intervalsFrom(n));
    for (const room of socket.rooms) rooms.set(room, intervalsFrom(n));
    const owner = restorer.nextOwner();
    const session = sessions.begin({ pid, socketId, userId, login, owner, rooms, isNew: true });
    if (!producer.isIdle) transitions.recordConnect(socketId, producer.emittedCount, session);
  }

  private async restore(
    client: EngineClient,
    auth: HandshakeAuth,
    pid: string,
    offset: string,
  ): Promise<RestoredSession | 'later' | null> {
    try {
      // Without a valid token no session is read, and no socket that holds one is closed.
      const identity = await this.dependencies.hooks.identify(client, auth);
      if (identity === null) return null;
      const restored = await this.dependencies.restorer.restore(pid, offset, identity);
      this.dependencies.hooks.onOutcome('recovered');
      return restored;
    } catch (error) {
      const reason = error instanceof RestoreRefusedError ? error.reason : 'unavailable';
      this.dependencies.hooks.onOutcome(reason);
      // During a long outage retries would keep the client out: it is admitted with a new session instead.
      const isTransient =
        reason === 'superseded' ||
        reason === 'limited' ||
        (reason === 'unavailable' && !this.dependencies.isStoreAway());
      if (isTransient && reason === 'unavailable') this.dependencies.hooks.onFailure(error);
      return isTransient ? 'later' : null;
    }
  }
}
