/**
 * Begins a few HTTP requests in each turn of the event loop, and takes the addresses that wait in rotation. Few connections
 * are accepted per turn: where many requests began in the same turn, a client that connects would wait for many long turns.
 */

const PER_TURN = 4;

export interface WaitingRequest {
  /** The client has gone: nobody would receive the answer. */
  readonly isGone: () => boolean;
  readonly begin: () => void;
}

export class RequestTurns {
  /** By address; the one to be served next comes first. */
  private readonly waiting = new Map<string, WaitingRequest[]>();
  /** In this turn of the event loop. */
  private begun = 0;
  private readonly onNextTurn = (): void => {
    this.begun = 0;
    for (let next = this.next(); next; next = this.begun < PER_TURN ? this.next() : undefined) this.begin(next);
  };

  /** Begins the request at once where it is among the first of this turn, or in a later turn; never where the client has gone. */
  run(address: string, request: WaitingRequest): void {
    if (request.isGone()) return;
    if (this.begun < PER_TURN) return this.begin(request);
    const own = this.waiting.get(address);
    if (own) own.push(request);
    else this.waiting.set(address, [request]);
  }

  private begin({ begin }: WaitingRequest): void {
    if (++this.begun === 1) setImmediate(this.onNextTurn);
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
