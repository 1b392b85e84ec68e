/** Runs a job one at a time. Being woken while it runs starts it once more after that, however close to its end. */
export class SingleRun {
  private isWanted = false;
  private running: Promise<void> | null = null;

  /** @param job must not reject. */
  constructor(private readonly job: () => Promise<void>) {}

  /** Resolves once the job has run after this call. */
  wake(): Promise<void> {
    this.isWanted = true;
    return (this.running ??= this.runWhileWanted());
  }

  private async runWhileWanted(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      await this.job();
    }
    // In the same step as the check: later, a wake in between would be lost.
    this.running = null;
  }
}
