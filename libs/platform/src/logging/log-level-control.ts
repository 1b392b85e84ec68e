/** Reads and changes the level of the log of this process while it runs. */
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config';
import type { LogLevel } from './log-levels';
import type { LeveledLogger } from './logger';

@Injectable()
export class LogLevelControl {
  private logger: Pick<LeveledLogger, 'level' | 'setLevel'> | null = null;

  constructor(@Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'logLevel'>) {}

  /** The start of the server calls this. Without a logger, changes have no effect. */
  attach(logger: Pick<LeveledLogger, 'level' | 'setLevel'>): void {
    this.logger = logger;
  }

  /** The level of the configuration. */
  get configured(): LogLevel {
    return this.config.logLevel;
  }

  get level(): LogLevel {
    return this.logger?.level ?? this.configured;
  }

  set(level: LogLevel): void {
    this.logger?.setLevel(level);
  }
}
