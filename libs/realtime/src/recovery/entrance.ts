/** Where sockets come in: with a session of before, if they name one and may have it, or with a new one. */
import type { Socket } from 'socket.io';
import type { DeliveryParts } from './delivery';
import { openRooms, since } from './local-sessions';
import type { Predecessors } from './predecessors';
import type { RecoveryHooks } from './recovery-hooks';
import { FOR_ALL, ordersOf } from './recovery-store';
import type { Replay } from './replay';
import { RestoreRefused } from './restore-refused';
import type { Restored, Restorer } from './restorer';
import { SessionRooms } from './session-rooms';
import { createRecovered, type EngineClient, type HandshakeAuth, type SocketInternals } from './socket-internals';

interface EntranceParts extends Pick<DeliveryParts, 'inside' | 'journal' | 'submissions' | 'sessions' | 'moves'> {
  readonly predecessors: Predecessors;
  readonly restorer: Restorer;
  readonly replay: Replay;
  readonly hooks: Pick<RecoveryHooks, 'identify' | 'outcome' | 'failed'>;
  /** The store is away for long, or cannot be used. */
  isAway(): boolean;
}

const TRIED = Symbol('tried');
/** One attempt per connection: any number of handshakes may come over it, and the door takes the first. */
type Entrant = EngineClient & { [TRIED]?: true };

export class Entrance {
  constructor(private readonly parts: EntranceParts) {}

  /** Every handshake goes through here from now on. */
  open(): void {
    const { inside } = this.parts;
    const create = inside._createSocket.bind(inside);
    inside._createSocket = (client: Entrant, all) => {
      const first = client[TRIED] === undefined;
      client[TRIED] = true;
      if (!('pid' in all)) return create(client, all);
      const { pid, offset, ...auth } = all;
      const asked = first && typeof pid === 'string' && typeof offset === 'string';
      return asked ? comeBack(client, auth, pid, offset) : create(client, auth);
    };
    const comeBack = async (
      client: EngineClient,
      auth: HandshakeAuth,
      pid: string,
      offset: string,
    ): Promise<Socket> => {
      const restored = await this.restore(client, auth, pid, offset);
      // It tries again, and loses nothing: stock clients come back after a connection that breaks.
      if (restored === 'later') client.close();
      if (restored === null || restored === 'later') return create(client, auth);
      const { socketId: sid, pid: name, rooms } = restored;
      this.parts.replay.expect(restored);
      return createRecovered(inside, client, auth, { sid, pid: name, rooms: openRooms(rooms) });
    };
    inside.prependListener('connect', (socket) => this.connected(socket));
  }

  private connected(socket: SocketInternals): void {
    const { replay, journal, sessions, submissions, moves, predecessors, restorer } = this.parts;
    const restored = replay.take(socket.id);
    const { id: socketId, pid } = socket;
    const { userId, sessionId: login = '' } = socket.data.principal ?? {};
    if (pid === undefined || userId === undefined) return;
    if (restored) {
      // Of another life of the journal nothing may be stored under this one's name.
      if (restored.epoch === journal.position?.epoch) sessions.begin({ ...restored, fresh: false });
      if (!submissions.idle) moves.returned(socketId, submissions.count);
      // It comes again, and is restored from what the rooms keep, if that is still there.
      if (!replay.run(socket, restored)) void predecessors.close(socketId);
      return;
    }
    const n = journal.position?.n ?? 0;
    const rooms = SessionRooms.of(new Map([[FOR_ALL, since(n)]]));
    rooms.set(ordersOf(userId), since(n));
    for (const room of socket.rooms) rooms.set(room, since(n));
    const owner = restorer.nextOwner();
    const session = sessions.begin({ pid, socketId, userId, login, owner, rooms, fresh: true });
    if (!submissions.idle) moves.came(socketId, submissions.count, session);
  }

  private async restore(
    client: EngineClient,
    auth: HandshakeAuth,
    pid: string,
    offset: string,
  ): Promise<Restored | 'later' | null> {
    try {
      // Nothing is read, and no predecessor is touched, for somebody who is not proved to be its user.
      const who = await this.parts.hooks.identify(client, auth);
      if (who === null) return null;
      const restored = await this.parts.restorer.restore(pid, offset, who);
      this.parts.hooks.outcome('recovered');
      return restored;
    } catch (error) {
      const reason = error instanceof RestoreRefused ? error.reason : 'unavailable';
      this.parts.hooks.outcome(reason);
      // Where the store is away for long, nobody could come in by waiting for it.
      const passing =
        reason === 'superseded' || reason === 'limited' || (reason === 'unavailable' && !this.parts.isAway());
      if (passing && reason === 'unavailable') this.parts.hooks.failed(error);
      return passing ? 'later' : null;
    }
  }
}
