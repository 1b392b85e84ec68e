/** Keeps one connection to the server: connects again for ever, with the session that it had, until it may not. */
import type { CloseCode, ServerToClientEvents, SystemConnected } from '@aeturnis/contracts';
import { Backoff } from '../base/backoff';
import type { Cancel, ClientClock } from '../base/clock';
import { RequestError, type RequestErrorCode } from '../base/request-error';
import { type ReadableStore, Store } from '../base/store';
import type { ConnectionPhase } from './connection-state';
import type { Link, LinkAuth, LinkRefusal, OpenLink } from './link';
import type { TokenSupply } from './token-supply';

const PROTOCOL = 1;
/** Limits the pauses after connections that did not last to 6.4 s. */
const LOST_ATTEMPTS = 5;
const BACKOFF = { firstMs: 200, maxMs: 15_000 };
/** An attempt that takes longer is given up. */
const CONNECT_TIMEOUT_MS = 10_000;
/** The same for one that was on its way when the device came online: it may have begun without the network. */
const HURRIED_MS = 3_000;
/** A connection that has lasted so long, its first probe included, works: what failed before slows no attempt down. */
const STEADY_MS = 10_000;
/** Refusals after which another attempt cannot succeed, whatever the token. */
const FINAL = new Set<RequestErrorCode>(['ACCOUNT_DISABLED', 'FORBIDDEN', 'UPGRADE_REQUIRED', 'BAD_CREDENTIALS']);

interface Session {
  readonly pid: string;
  readonly offset?: string;
}

export interface ConnectionHandlers {
  onEvent(name: keyof ServerToClientEvents, payload: object): void;
  /** Before the phase changes to `live`. */
  onLive(connected: SystemConnected): void;
  /** The link of the requests on their way is lost. */
  onLost(): void;
}

export class ClientConnection {
  private readonly phase = new Store<ConnectionPhase>({ phase: 'idle' });
  private readonly backoff: Backoff;
  private link: Link | null = null;
  private session: Session | undefined;
  /** Which the server knows from this connection. */
  token = '';
  /** Identifies the current attempt; what belongs to an earlier one is ignored. */
  private attempt = 0;
  private cancelTimer: Cancel = () => undefined;
  private closing: { readonly code: CloseCode; readonly message: string; readonly retryAfterMs?: number } | undefined;
  private lastActivityAt = 0;
  /** How often something has arrived. */
  arrivals = 0;
  private hasRetriedExpired = false;
  private hasReplaced = false;
  /** Attempts in a row that ended without an answer of the server, or of the application that was asked for a token. */
  failedAttempts = 0;

  constructor(
    private readonly clock: ClientClock,
    private readonly openLink: OpenLink,
    private readonly tokens: TokenSupply,
    private readonly handlers: ConnectionHandlers,
  ) {
    this.backoff = new Backoff(clock, BACKOFF);
  }

  get state(): ReadableStore<ConnectionPhase> {
    return this.phase;
  }

  /** Whether commands can be sent now. */
  get isLive(): boolean {
    return this.link !== null && this.phase.get().phase === 'live';
  }

  /** Milliseconds since something arrived from the server. A device whose clock was set counts as quiet. */
  get quietMs(): number {
    return Math.abs(this.clock.now() - this.lastActivityAt);
  }

  /** Does nothing if it is connecting or connected. */
  start(): void {
    const { phase } = this.phase.get();
    if (phase === 'idle' || phase === 'ended') void this.tryConnect();
  }

  /** Ends the session on purpose. */
  stop(): void {
    this.abandon((link) => link.leave());
    this.session = undefined;
    this.phase.set({ phase: 'idle' });
  }

  /** The device is back online, or the page is visible again: waits no longer. */
  hurry(): void {
    const { phase } = this.phase.get();
    if (phase === 'live') return;
    this.backoff.reset();
    if (phase === 'waiting') void this.tryConnect();
    const { attempt } = this;
    if (phase === 'connecting')
      this.clock.after(HURRIED_MS, () => attempt === this.attempt && !this.isLive && this.onClosed());
  }

  /** The connection does not answer: gives it up, and connects again at once, unless the one before did not answer either. */
  replace(): void {
    if (!this.isLive) return;
    this.abandon();
    if (this.hasReplaced) return this.wait();
    this.hasReplaced = true;
    void this.tryConnect();
  }

  /** Only while live. */
  emit(command: string, payload: object, onAnswer?: (answer: object) => void): void {
    this.link?.emit(command, payload, onAnswer);
  }

  private async tryConnect(): Promise<void> {
    const attempt = this.beginAttempt();
    this.phase.set({ phase: 'connecting' });
    try {
      const token = await this.tokens.next();
      if (attempt !== this.attempt) return;
      this.token = token;
    } catch (error) {
      if (attempt !== this.attempt) return;
      if (!(error instanceof RequestError)) return this.wait();
      if (error.code === 'TIMEOUT') this.failedAttempts += 1;
      return error.retryable ? this.wait(error.code) : this.finish(error);
    }
    this.open(attempt);
  }

  private open(attempt: number): void {
    const isCurrent = (): boolean => attempt === this.attempt;
    const auth: LinkAuth = { token: this.token, protocol: PROTOCOL, ...this.session };
    this.cancelTimer = this.clock.after(CONNECT_TIMEOUT_MS, () => this.onClosed());
    this.link = this.openLink(auth, {
      onEvent: (name, payload, offset) => isCurrent() && this.receive(name, payload, offset),
      onActivity: () => isCurrent() && this.touch(),
      onRefused: (refusal) => isCurrent() && this.onRefused(refusal),
      onClosed: () => isCurrent() && this.onClosed(),
    });
  }

  private receive(name: string, payload: object, offset: string | undefined): void {
    const { attempt } = this;
    this.touch();
    this.failedAttempts = 0;
    if (offset !== undefined && this.session) this.session = { ...this.session, offset };
    if (name === 'system:connected') this.onConnected(payload as SystemConnected, offset);
    if (name === 'system:disconnected') this.closing = payload as NonNullable<ClientConnection['closing']>;
    this.handlers.onEvent(name as keyof ServerToClientEvents, payload);
    // A listener may have ended this connection, and begun another one.
    if (attempt === this.attempt && name === 'system:disconnected' && !(payload as { reconnect: boolean }).reconnect)
      this.finish(payload as { code: CloseCode; message: string });
  }

  private onConnected(connected: SystemConnected, offset: string | undefined): void {
    this.cancelTimer();
    this.cancelTimer = this.clock.after(STEADY_MS, () => {
      this.backoff.reset();
      this.hasRetriedExpired = this.hasReplaced = false;
    });
    this.tokens.markAccepted();
    const { pid, recovered } = connected;
    const latest = offset ?? (recovered ? this.session?.offset : undefined);
    this.session = pid === '' ? undefined : { pid, ...(latest !== undefined && { offset: latest }) };
    this.handlers.onLive(connected);
    this.phase.set({ phase: 'live', recovered });
  }

  private onRefused({ code, message, retryAfterMs }: LinkRefusal): void {
    this.failedAttempts = 0;
    if (this.tokens.markRefused(this.token, code) || FINAL.has(code)) return this.finish({ code, message });
    this.abandon();
    this.wait(code, retryAfterMs);
  }

  private onClosed(): void {
    const { closing } = this;
    this.failedAttempts += 1;
    // The network has failed after the server had accepted the client: it may be back soon.
    if (this.isLive && !closing) this.backoff.reset(LOST_ATTEMPTS);
    this.abandon();
    if (closing?.code === 'EXPIRED_TOKEN') this.tokens.markRefused(this.token, 'EXPIRED_TOKEN');
    this.wait(closing?.code, closing?.retryAfterMs);
  }

  private finish({ code, message }: { code: RequestErrorCode | CloseCode; message: string }): void {
    this.abandon();
    this.session = undefined;
    this.phase.set({ phase: 'ended', code, message });
  }

  private wait(code?: RequestErrorCode | CloseCode, retryAfterMs = 0): void {
    // A fresh token is worth one attempt at once. If it has expired as well, the clock of its issuer is wrong.
    if (code === 'EXPIRED_TOKEN' && !this.hasRetriedExpired) {
      this.hasRetriedExpired = true;
      return void this.tryConnect();
    }
    this.beginAttempt();
    const retryInMs = Math.max(this.backoff.nextMs(), retryAfterMs);
    this.cancelTimer = this.clock.after(retryInMs, () => void this.tryConnect());
    this.phase.set({ phase: 'waiting', retryInMs, ...(code !== undefined && { code }) });
  }

  private beginAttempt(): number {
    this.cancelTimer();
    this.attempt += 1;
    return this.attempt;
  }

  /** Removes the link, whose events are ignored from now on. */
  private abandon(end = (link: Link) => link.close()): void {
    const { link, isLive } = this;
    this.beginAttempt();
    this.link = null;
    this.closing = undefined;
    if (link) end(link);
    if (isLive) this.handlers.onLost();
  }

  private touch(): void {
    this.arrivals += 1;
    this.lastActivityAt = this.clock.now();
  }
}
