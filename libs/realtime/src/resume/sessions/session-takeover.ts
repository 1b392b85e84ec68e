/**
 * Closes the socket that holds a session before another node or connection resumes it. Both sockets have the same id, so that the
 * old one must be closed first. Used by `SessionRestorer`. The messages go between nodes; their fields must not be renamed.
 */
import type { LocalSessions } from './local-sessions';
import type { JournalFeed } from '../stores/resume-store';
import type { NamespaceInternals, SocketInternals } from '../../transport/internals/socketio-internals';

const REPLY_TIMEOUT_MS = 500;

type TakeoverMessage =
  | { kind: 'give'; pid: string; owner: string; socketId: string; id: number; from: string }
  | { kind: 'given'; id: number };

export class SessionTakeover {
  private readonly pendingReplies = new Map<number, () => void>();
  private lastRequestId = 0;

  constructor(
    private readonly source: string,
    private readonly namespace: NamespaceInternals,
    private readonly sessions: LocalSessions,
    private readonly feed: JournalFeed,
    /** Cancels a restore that runs on this node under that owner: a later claim supersedes it. */
    private readonly cancelRestore: (pid: string, owner: string) => void,
  ) {}

  /** Resolves when the owner's socket is closed and its session saved, or its node does not answer in time. */
  async evictOwner(owner: string, pid: string, socketId: string): Promise<void> {
    const source = owner.slice(0, owner.indexOf(':'));
    if (source === this.source) return this.closeSocket(socketId);
    const id = ++this.lastRequestId;
    const answered = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, REPLY_TIMEOUT_MS);
      this.pendingReplies.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    try {
      if (await this.sendMessage(source, { kind: 'give', pid, owner, socketId, id, from: this.source })) await answered;
    } finally {
      this.pendingReplies.get(id)?.();
      this.pendingReplies.delete(id);
    }
  }

  onMessage(message: string): void {
    const parsed = JSON.parse(message) as TakeoverMessage;
    if (parsed.kind === 'given') return this.pendingReplies.get(parsed.id)?.();
    this.cancelRestore(parsed.pid, parsed.owner);
    void this.closeSocket(parsed.socketId)
      .then(() => this.sendMessage(parsed.from, { kind: 'given', id: parsed.id }))
      .catch(() => undefined);
  }

  /** Closes a socket and keeps its session resumable. */
  async closeSocket(socketId: string): Promise<void> {
    const socket = this.namespace.sockets.get(socketId) ?? this.namespace._preConnectSockets.get(socketId);
    if (!socket) return;
    const suspended = this.sessions.suspend(socketId);
    socket.client.close();
    if (socket.connected) socket._onclose('forced server close');
    else socket._cleanup();
    disableCleanup(socket);
    await suspended;
  }

  private sendMessage(source: string, message: TakeoverMessage): Promise<boolean> {
    return this.feed.sendToNode(source, JSON.stringify(message));
  }
}

// The new socket has the same id: a late cleanup of the old one would remove the new one from its rooms.
function disableCleanup(socket: SocketInternals): void {
  socket._cleanup = () => undefined;
  socket.leaveAll = () => undefined;
}
