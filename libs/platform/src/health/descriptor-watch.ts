/**
 * Says when this process has no file descriptor left. The system then closes connections before Node hears of them: clients
 * try again, and nothing else would tell an operator why they do not get in.
 */
import { open } from 'node:fs/promises';
import { devNull } from 'node:os';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

const LOOK_MS = 1_000;
const LOG_EVERY_MS = 60_000;

@Injectable()
export class DescriptorWatch implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Process');
  private timer: NodeJS.Timeout | undefined;
  private loggedAt = -Infinity;

  onModuleInit(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    try {
      await (await open(devNull)).close();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EMFILE' && code !== 'ENFILE') return;
      if (performance.now() - this.loggedAt < LOG_EVERY_MS) return;
      this.loggedAt = performance.now();
      const message = `no file descriptor is left (${code}): new connections are closed until others end; raise the limit of open files`;
      this.logger.error({ message });
    }
  }
}
