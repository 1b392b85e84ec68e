/** The log level of this node: administrators change it for a limited time, after which it is that of the configuration again. */
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Timestamp } from '@aeturnis/contracts';
import { LOG_LEVELS, type LogLevel, LogLevelControl } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { NodeQuestions } from '../nodes/node-questions';

export const LOG_LEVEL_TOPIC = 'log-level';

export interface LogLevelState {
  level: LogLevel;
  /** LOG_LEVEL of the node. */
  configuredLevel: LogLevel;
  /** When the level becomes `configuredLevel` again; null if it has not been changed. */
  until: Timestamp | null;
}

/** Without a level, the node only answers with its state. */
export interface LogLevelOrder {
  readonly change?: { readonly level: LogLevel; readonly forMs: number };
}

@Injectable()
export class NodeLogLevel implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Log');
  private timer: NodeJS.Timeout | undefined;
  private until: number | null = null;

  constructor(
    private readonly control: LogLevelControl,
    private readonly nodes: NodeQuestions,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.nodes.answer<LogLevelOrder, LogLevelState>(LOG_LEVEL_TOPIC, ({ change }) => {
      if (change) this.change(change.level, change.forMs);
      return this.state;
    });
  }

  onModuleDestroy(): void {
    this.reset();
  }

  get state(): LogLevelState {
    const { level, configured } = this.control;
    return {
      level,
      configuredLevel: configured,
      until: this.until === null ? null : new Date(this.until).toISOString(),
    };
  }

  /** Replaces an earlier change, and its end. The configured level ends a change at once. */
  change(level: LogLevel, forMs: number): void {
    this.reset();
    if (level === this.control.configured) return;
    this.until = this.clock.now() + forMs;
    this.timer = setTimeout(() => this.reset(), forMs).unref();
    this.apply(level, 'an administrator has changed the log level of this node');
  }

  private reset(): void {
    clearTimeout(this.timer);
    if (this.until === null) return;
    this.until = null;
    this.apply(this.control.configured, 'log level of this node is the configured one again');
  }

  /** Logged at the more verbose of both levels, so that a quiet one does not hide the change. */
  private apply(level: LogLevel, message: string): void {
    const entry = { message, from: this.control.level, to: level };
    const isQuieter = LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(entry.from);
    if (isQuieter) this.logger.warn(entry);
    this.control.set(level);
    if (!isQuieter) this.logger.warn(entry);
  }
}
