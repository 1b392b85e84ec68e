/** Runs the ordered shutdown when Nest closes the application, by `app.close()` or a signal. */
import { type BeforeApplicationShutdown, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Shutdown } from '@aeturnis/platform';

@Injectable()
export class ShutdownHooks implements BeforeApplicationShutdown, OnApplicationShutdown {
  private running: Promise<void> | null = null;
  private onServersClosed: () => void = () => undefined;

  constructor(private readonly shutdown: Shutdown) {}

  /** Disconnects the clients and saves what is left to save, while the servers are still open. */
  async beforeApplicationShutdown(): Promise<void> {
    // Who runs the shutdown closes the application as one of its phases.
    if (this.shutdown.isDraining) return;
    const serversClosed = new Promise<void>((resolve) => (this.onServersClosed = resolve));
    await new Promise<void>((resolve) => {
      this.running = this.shutdown.run(() => {
        resolve();
        return serversClosed;
      });
    });
  }

  /** Closes the connections to Redis. */
  async onApplicationShutdown(): Promise<void> {
    this.onServersClosed();
    await this.running;
  }
}
