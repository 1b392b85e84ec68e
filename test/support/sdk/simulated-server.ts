/** A server in memory that keeps the rules which the client relies on: sessions, tokens, and one message for each `tempId`. */
import type { WireError } from '@aeturnis/contracts';
import type { ClientClock } from '../../../libs/client/src/base/clock';
import type { Link, LinkAuth, LinkHandlers, LinkRefusal, OpenLink } from '../../../libs/client/src/connection/link';

const LATENCY_MS = 20;
const TOKEN_LIFE_MS = 600_000;

export interface SimulatedMessage {
  readonly userId: string;
  readonly conversationId: string;
  readonly tempId: string;
  readonly content: string;
}

/** Where the next message is cut off: its frame never arrives, or it is stored and the answer is lost. */
export type CutPoint = 'before-commit' | 'before-answer';

type Answer = (answer: object) => void;

export class SimulatedServer {
  readonly messages: SimulatedMessage[] = [];
  /** The tokens of all attempts to connect, in order. */
  readonly presented: string[] = [];
  isReachable = true;
  /** Attempts to connect get no answer, as behind a path that drops all packets. */
  isSilent = false;
  /** Whether it refuses messages that say `refused`. */
  refusesContent = true;
  /** Whether it asks to send messages again later. */
  isBusy = false;
  /** Answers every attempt to connect, if it is set. */
  refusal: LinkRefusal | undefined;
  /** Every token expires this long after the connection was made. */
  closesAfterMs: number | undefined;
  /** How long a connection is set up: commands are answered only after that. */
  setUpMs = 0;
  /** Whether a new connection continues the session that it presents. */
  recoversSessions = false;
  /** What becomes of the next selections of a character: the link is cut, or the error is the answer. Later ones succeed. */
  readonly selectionFaults: ('cut' | WireError)[] = [];
  /** The duplicates that it had to recognise. */
  duplicates = 0;
  /** How often a token was replaced on an open connection. */
  refreshes = 0;
  /** The tokens of all attempts to do so, in order. */
  readonly refreshTokens: string[] = [];
  /** Answers such attempts, if it is set. */
  refreshError: WireError | undefined;
  /** The played characters, by session. */
  private readonly characters = new Map<string, string>();
  private readonly commands = new Map<string, number>();
  private readonly links = new Set<SimulatedLink>();
  private readonly expired = new Set<string>();
  private serial = 0;

  constructor(readonly clock: ClientClock) {}

  /** Tokens are `user:number`. */
  newToken(userId: string): string {
    return `${userId}:${++this.serial}`;
  }

  expire(token: string): void {
    this.expired.add(token);
  }

  readonly openLink: OpenLink = (auth, handlers) => {
    const link = new SimulatedLink(this, auth, handlers);
    this.presented.push(auth.token);
    this.clock.after(LATENCY_MS, () => this.admit(link));
    return link;
  };

  handle(link: SimulatedLink, command: string, payload: object, onAnswer: Answer): void {
    if (link.isSwallowed) return;
    this.commands.set(command, this.handled(command) + 1);
    const cutPoint = command === 'message:send' ? link.takeCutPoint() : undefined;
    const fault = command === 'character:select' ? this.selectionFaults.shift() : undefined;
    if (cutPoint === 'before-commit' || fault === 'cut') return link.cut();
    const setUpMs = Math.max(0, link.openedAt + this.setUpMs - this.clock.now());
    this.clock.after(setUpMs + LATENCY_MS, () => {
      const answer = fault ? { success: false, error: fault } : this.execute(link, command, payload);
      if (cutPoint === 'before-answer') return link.cut();
      this.clock.after(LATENCY_MS, () => link.isOpen && !link.isSwallowed && onAnswer(answer));
    });
  }

  /** The character that the session of this link plays. */
  characterOf(link: SimulatedLink): string | undefined {
    return this.characters.get(link.pid);
  }

  /** How many of these commands have arrived. */
  handled(command: string): number {
    return this.commands.get(command) ?? 0;
  }

  /** The connection stays open, and nothing passes any more. */
  swallow(link: SimulatedLink): void {
    link.isSwallowed = true;
  }

  remove(link: SimulatedLink): void {
    this.links.delete(link);
  }

  private admit(link: SimulatedLink): void {
    if (link.isClosed || this.isSilent) return;
    if (!this.isReachable) return link.cut();
    if (this.refusal) return link.refuse(this.refusal);
    const { token } = link.auth;
    if (this.expired.has(token))
      return link.refuse({ code: 'EXPIRED_TOKEN', message: 'The token has expired', retryable: false });
    this.links.add(link);
    const former = this.recoversSessions ? link.auth.pid : undefined;
    link.open(this.clock.now() + TOKEN_LIFE_MS, former ?? `session${++this.serial}`, former !== undefined);
    if (this.closesAfterMs !== undefined) this.clock.after(this.closesAfterMs, () => link.closeExpired());
  }

  private execute(link: SimulatedLink, command: string, payload: object): object {
    if (command === 'system:ping') return { success: true, pong: true, timestamp: this.clock.now() };
    if (command === 'auth:refresh') {
      this.refreshTokens.push((payload as { token: string }).token);
      if (this.refreshError) return { success: false, error: this.refreshError };
      this.refreshes += 1;
      return { success: true, expiresAt: this.clock.now() + TOKEN_LIFE_MS };
    }
    if (command === 'character:select') {
      const { characterId: id } = payload as { characterId: string };
      this.characters.set(link.pid, id);
      return { success: true, character: { id, x: 0, y: 0 }, speed: 5, zone: 'village' };
    }
    if (command !== 'message:send') return { success: true };
    if (this.isBusy) return { success: false, error: { code: 'UNAVAILABLE', message: 'Busy', retryable: true } };
    const { userId } = link;
    const { conversationId, tempId, content } = payload as Omit<SimulatedMessage, 'userId'>;
    if (this.refusesContent && content === 'refused')
      return { success: false, error: { code: 'VALIDATION', message: 'Invalid', retryable: false } };
    const known = this.messages.some((message) => message.userId === userId && message.tempId === tempId);
    if (known) this.duplicates += 1;
    else this.messages.push({ userId, conversationId, tempId, content });
    return { success: true, messageId: tempId, seq: this.messages.length };
  }
}

export class SimulatedLink implements Link {
  isOpen = false;
  isClosed = false;
  isSwallowed = false;
  pid = '';
  openedAt = 0;
  private cutPoint: CutPoint | undefined;

  constructor(
    private readonly server: SimulatedServer,
    readonly auth: LinkAuth,
    private readonly handlers: LinkHandlers,
  ) {}

  get userId(): string {
    return this.auth.token.split(':')[0] ?? '';
  }

  emit(command: string, payload: object, onAnswer: Answer = () => undefined): void {
    // As on the wire, which carries no payload that JSON does not.
    if (this.isOpen) this.server.handle(this, command, JSON.parse(JSON.stringify(payload)) as object, onAnswer);
  }

  close(): void {
    this.isOpen = false;
    this.isClosed = true;
    this.server.remove(this);
  }

  leave(): void {
    this.close();
  }

  cutNextMessage(point: CutPoint): void {
    this.cutPoint = point;
  }

  takeCutPoint(): CutPoint | undefined {
    const point = this.cutPoint;
    this.cutPoint = undefined;
    return point;
  }

  cut(): void {
    if (this.isClosed) return;
    this.close();
    this.handlers.onClosed('transport close');
  }

  /** The transport notices at last that it is dead. */
  lateClose(): void {
    this.handlers.onClosed('ping timeout');
  }

  closeExpired(): void {
    const message = 'The token has expired';
    this.push('system:disconnected', { code: 'EXPIRED_TOKEN', message, reconnect: true });
    this.cut();
  }

  refuse(refusal: LinkRefusal): void {
    this.close();
    this.handlers.onRefused(refusal);
  }

  open(expiresAt: number, pid: string, recovered: boolean): void {
    this.isOpen = true;
    this.pid = pid;
    this.openedAt = this.server.clock.now();
    const { userId } = this;
    const serverTime = this.server.clock.now();
    this.handlers.onEvent('auth:success', { userId, socketId: pid, message: '', expiresAt }, undefined);
    this.handlers.onEvent(
      'system:connected',
      { socketId: pid, pid, recovered, serverTime, expiresAt, nodeId: 'node', protocol: 1 },
      `${pid}-0`,
    );
  }

  /** The server sends an event. */
  push(name: string, payload: object, offset?: string): void {
    if (this.isOpen) this.handlers.onEvent(name, payload, offset);
  }
}
