/** Ends the socket that held a session before, here or on another node: both have one id, and the old one must not outlive. */
import type { LocalSessions } from './local-sessions';
import type { RecoveryFeed } from './recovery-store';
import type { NamespaceInternals, SocketInternals } from './socket-internals';

const ANSWER_WITHIN_MS = 500;

type Word =
  | { kind: 'give'; pid: string; owner: string; socketId: string; id: number; from: string }
  | { kind: 'given'; id: number };

export class Predecessors {
  private readonly asked = new Map<number, () => void>();
  private serial = 0;

  constructor(
    private readonly source: string,
    private readonly namespace: NamespaceInternals,
    private readonly sessions: LocalSessions,
    private readonly feed: RecoveryFeed,
    /** A restore that is under way here is void, if it is by that owner: another one takes over from it. */
    private readonly cancel: (pid: string, owner: string) => void,
  ) {}

  /** Settles when the socket has let go, or its node does not answer. */
  async oust(owner: string, pid: string, socketId: string): Promise<void> {
    const source = owner.slice(0, owner.indexOf(':'));
    if (source === this.source) return this.close(socketId);
    const id = ++this.serial;
    const answered = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_WITHIN_MS);
      this.asked.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    try {
      if (await this.say(source, { kind: 'give', pid, owner, socketId, id, from: this.source })) await answered;
    } finally {
      this.asked.get(id)?.();
      this.asked.delete(id);
    }
  }

  hear(message: string): void {
    const word = JSON.parse(message) as Word;
    if (word.kind === 'given') return this.asked.get(word.id)?.();
    this.cancel(word.pid, word.owner);
    void this.close(word.socketId)
      .then(() => this.say(word.from, { kind: 'given', id: word.id }))
      .catch(() => undefined);
  }

  /** Closes in the way that keeps the session. */
  async close(socketId: string): Promise<void> {
    const socket = this.namespace.sockets.get(socketId) ?? this.namespace._preConnectSockets.get(socketId);
    if (!socket) return;
    const suspended = this.sessions.suspend(socketId);
    socket.client.close();
    if (socket.connected) socket._onclose('forced server close');
    else socket._cleanup();
    neutralise(socket);
    await suspended;
  }

  private say(source: string, word: Word): Promise<boolean> {
    return this.feed.say(source, JSON.stringify(word));
  }
}

// A late end of the old socket would take the rooms from the new one.
function neutralise(socket: SocketInternals): void {
  socket._cleanup = () => undefined;
  socket.leaveAll = () => undefined;
}
