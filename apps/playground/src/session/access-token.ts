/** An access token, and when it has to be replaced. */

/** A token is replaced when it ends sooner. */
const MIN_REST_MS = 30_000;

export class AccessToken {
  /** Two clocks: people set one of them, and the other may stand still while the device sleeps. */
  private readonly date = Date.now();
  private readonly uptime = performance.now();

  /** @param lifetimeS from now on, in seconds */
  constructor(
    readonly text: string,
    private readonly lifetimeS: number,
  ) {}

  get endsSoon(): boolean {
    const ageMs = Math.max(Date.now() - this.date, performance.now() - this.uptime);
    return this.lifetimeS * 1_000 - ageMs < MIN_REST_MS;
  }
}
