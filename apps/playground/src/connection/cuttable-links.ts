/** Links that the visitor can cut, to see what the SDK and the server make of it; their traffic is logged. */
import { type Link, type LinkAuth, type LinkHandlers, openEngineLinks, type OpenLink } from '@aeturnis/client';
import { TrafficLog } from './traffic-log';

/** In a black hole the server learns nothing of the end: its side stays open until this long after the client has left. */
const HALF_OPEN_MS = 10_000;

export class CuttableLinks {
  readonly traffic = new TrafficLog();
  private readonly openReal = openEngineLinks({ url: '/' });
  private current: CuttableLink | undefined;

  readonly openLink: OpenLink = (auth, handlers) =>
    (this.current = new CuttableLink(this.openReal, auth, handlers, this.traffic));

  /** Sends a command as it is, past the SDK. The connection must be live. */
  send(command: string, payload: unknown, onAnswer: (answer: object) => void): void {
    this.current?.emit(command, payload as object, onAnswer);
  }

  /** Closes the transport, as a lost network does. */
  drop(): void {
    this.current?.drop();
  }

  /** Loses every frame in both directions from now on, without a sign, until the client opens another link. */
  swallow(): void {
    this.current?.swallow();
  }
}

class CuttableLink implements Link {
  private readonly real: Link;
  private isSwallowing = false;

  constructor(
    openReal: OpenLink,
    auth: LinkAuth,
    private readonly handlers: LinkHandlers,
    private readonly traffic: TrafficLog,
  ) {
    traffic.add('link', true, 'connect', auth);
    this.real = openReal(auth, {
      onEvent: (name, payload, offset) => {
        if (this.isSwallowing) return;
        traffic.add('event', false, name, payload);
        handlers.onEvent(name, payload, offset);
      },
      onActivity: () => this.isSwallowing || handlers.onActivity(),
      onRefused: (refusal) => {
        if (this.isSwallowing) return;
        traffic.add('link', false, 'refused', refusal);
        handlers.onRefused(refusal);
      },
      onClosed: (reason) => this.isSwallowing || this.end(reason),
    });
  }

  emit(command: string, payload: object, onAnswer?: (answer: object) => void): void {
    if (this.isSwallowing) return;
    this.traffic.add('command', true, command, payload);
    const settle = (answer: object): void => {
      if (this.isSwallowing) return;
      this.traffic.add('answer', false, command, answer);
      onAnswer?.(answer);
    };
    this.real.emit(command, payload, onAnswer && settle);
  }

  close(): void {
    if (this.isSwallowing) setTimeout(() => this.real.close(), HALF_OPEN_MS);
    else this.real.close();
  }

  leave(): void {
    this.real.leave();
  }

  drop(): void {
    this.real.close();
    this.end('dropped by the visitor');
  }

  swallow(): void {
    this.isSwallowing = true;
  }

  private end(reason: string): void {
    this.traffic.add('link', false, 'closed', { reason });
    this.handlers.onClosed(reason);
  }
}
