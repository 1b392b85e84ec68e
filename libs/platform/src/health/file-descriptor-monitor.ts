/**
 * Logs when this process has no file descriptor left. The system then closes new connections before Node.js sees them:
 * clients fail to connect, and no other log line would show the reason.
 */
import { open } from 'node:fs/promises';
import { devNull } from 'node:os';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

const CHECK_INTERVAL_MS = 1_000;
const LOG_INTERVAL_MS = 60_000;

@Injectable()
export class FileDescriptorMonitor implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Process');
  private timer: NodeJS.Timeout | undefined;
  private loggedAt = -Infinity;

  onModuleInit(): void {
    this.timer = setInterval(() => void this.check(), CHECK_INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async check(): Promise<void> {
    try {
      await (await open(devNull)).close();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EMFILE' && code !== 'ENFILE') return;
      if (performance.now() - this.loggedAt < LOG_INTERVAL_MS) return;
      this.loggedAt = performance.now();
      const message = `no file descriptor is left (${code}): new connections are closed until others end; raise the limit of open files (ulimit -n)`;
      this.logger.error({ message });
    }
  }
}
