/** Links that the visitor can cut, to see what the SDK and the server make of it. */
import { type Link, type LinkAuth, type LinkHandlers, openEngineLinks, type OpenLink } from '@aeturnis/client';

/** In a black hole the server learns nothing of the end: its side stays open until this long after the client has left. */
const HALF_OPEN_MS = 10_000;

export class CuttableLinks {
  private readonly openReal = openEngineLinks({ url: '/' });
  private current: CuttableLink | undefined;

  readonly openLink: OpenLink = (auth, handlers) => (this.current = new CuttableLink(this.openReal, auth, handlers));

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
  ) {
    this.real = openReal(auth, {
      onEvent: (...event) => this.isSwallowing || handlers.onEvent(...event),
      onActivity: () => this.isSwallowing || handlers.onActivity(),
      onRefused: (refusal) => this.isSwallowing || handlers.onRefused(refusal),
      onClosed: (reason) => this.isSwallowing || handlers.onClosed(reason),
    });
  }

  emit(command: string, payload: object, onAnswer?: (answer: object) => void): void {
    if (this.isSwallowing) return;
    this.real.emit(command, payload, onAnswer && ((answer) => this.isSwallowing || onAnswer(answer)));
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
    this.handlers.onClosed('dropped by the visitor');
  }

  swallow(): void {
    this.isSwallowing = true;
  }
}
