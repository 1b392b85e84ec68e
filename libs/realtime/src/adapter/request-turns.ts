/**
 * Begins one HTTP request in each turn of the event loop, and takes the addresses that wait in rotation. libuv accepts one
 * connection per turn: where many requests began in the same turn, a client that connects would wait as many long turns as
 * there are connections ahead of it.
 */

export interface WaitingRequest {
  /** The client has gone: nobody would receive the answer. */
  readonly isGone: () => boolean;
  readonly begin: () => void;
}

export class RequestTurns {
  /** By address; the one to be served next comes first. */
  private readonly waiting = new Map<string, WaitingRequest[]>();
  /** A request has begun in this turn of the event loop. */
  private hasBegun = false;
  private readonly onNextTurn = (): void => {
    this.hasBegun = false;
    const next = this.next();
    if (next) this.begin(next);
  };

  /** Begins the request at once where it is the first of this turn, or in a later turn; never where the client has gone. */
  run(address: string, request: WaitingRequest): void {
    if (request.isGone()) return;
    if (!this.hasBegun) return this.begin(request);
    const own = this.waiting.get(address);
    if (own) own.push(request);
    else this.waiting.set(address, [request]);
  }

  private begin({ begin }: WaitingRequest): void {
    this.hasBegun = true;
    setImmediate(this.onNextTurn);
    begin();
  }

  private next(): WaitingRequest | undefined {
    for (const [address, own] of this.waiting) {
      const request = own.shift();
      this.waiting.delete(address);
      if (own.length > 0) this.waiting.set(address, own);
      if (request && !request.isGone()) return request;
    }
    return undefined;
  }
}
