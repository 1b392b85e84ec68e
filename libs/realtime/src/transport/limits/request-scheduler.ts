/**
 * Starts a few HTTP requests per event-loop iteration, round-robin over the addresses that wait. Node accepts few connections
 * per iteration, so iterations with many requests would make connecting clients wait.
 */

const MAX_STARTS_PER_ITERATION = 4;

export interface WaitingRequest {
  /** A request whose client has disconnected is dropped: nobody would receive the response. */
  readonly isDisconnected: () => boolean;
  readonly start: () => void;
}

export class RequestScheduler {
  /** Waiting requests by address; the address to be served next comes first. */
  private readonly waiting = new Map<string, WaitingRequest[]>();
  /** Requests started in this iteration of the event loop. */
  private startedInIteration = 0;
  private readonly onNextIteration = (): void => {
    this.startedInIteration = 0;
    for (
      let next = this.takeNext();
      next;
      next = this.startedInIteration < MAX_STARTS_PER_ITERATION ? this.takeNext() : undefined
    )
      this.start(next);
  };

  /** Starts the request now or, if this iteration has started its share, in a later one; never if its client has disconnected. */
  schedule(address: string, request: WaitingRequest): void {
    if (request.isDisconnected()) return;
    if (this.startedInIteration < MAX_STARTS_PER_ITERATION) return this.start(request);
    const queue = this.waiting.get(address);
    if (queue) queue.push(request);
    else this.waiting.set(address, [request]);
  }

  private start({ start }: WaitingRequest): void {
    if (++this.startedInIteration === 1) setImmediate(this.onNextIteration);
    start();
  }

  private takeNext(): WaitingRequest | undefined {
    for (const [address, queue] of this.waiting) {
      const request = queue.shift();
      this.waiting.delete(address);
      if (queue.length > 0) this.waiting.set(address, queue);
      if (request && !request.isDisconnected()) return request;
    }
    return undefined;
  }
}
