/** The execution context for guards: implements Nest's interface by a small object, created once per command. */
import type { ExecutionContext, Type } from '@nestjs/common';
import type { Connection } from '../../connections/connection';
import type { CommandEntry } from './command-entry';

type WsArgumentsHost = ReturnType<ExecutionContext['switchToWs']>;

export class CommandContext implements ExecutionContext, WsArgumentsHost {
  constructor(
    readonly entry: CommandEntry,
    readonly connection: Connection,
    private readonly payload: unknown,
  ) {}

  getClass<T>(): Type<T> {
    return this.entry.gateway as Type<T>;
  }

  getHandler(): CommandEntry['handler'] {
    return this.entry.handler;
  }

  getArgs<T extends unknown[]>(): T {
    return [this.payload, this.connection] as unknown as T;
  }

  getArgByIndex<T>(index: number): T {
    return this.getArgs()[index] as T;
  }

  getType<T extends string>(): T {
    return 'ws' as T;
  }

  switchToWs(): WsArgumentsHost {
    return this;
  }

  /** The connection, which implements `Caller`. */
  getClient<T>(): T {
    return this.connection as T;
  }

  /** The payload from the client, not validated yet. */
  getData<T>(): T {
    return this.payload as T;
  }

  getPattern(): string {
    return this.entry.contract.name;
  }

  switchToHttp(): never {
    throw new Error('a command has no HTTP request; use switchToWs()');
  }

  switchToRpc(): never {
    throw new Error('a command has no RPC context; use switchToWs()');
  }
}
