/** Cuts the connection to PostgreSQL before or after a chosen statement of some work, as the death of the node would. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Client } from 'pg';
import type { FaultTiming } from './fault-injection';

interface CutWork {
  /** Of the statement that is cut, from 0. */
  readonly at: number;
  readonly when: FaultTiming;
  readonly statements: string[];
}

const work = new AsyncLocalStorage<CutWork>();
type Query = (this: Client, ...args: unknown[]) => unknown;

/** Call it before the first connection is opened. */
export function instrumentStatements(): void {
  // The method is called with its client as `this`.
  const original = Reflect.get(Client.prototype, 'query') as Query;
  Object.defineProperty(Client.prototype, 'query', {
    configurable: true,
    value(this: Client, ...args: unknown[]): unknown {
      const current = work.getStore();
      if (!current || typeof args.at(-1) === 'function') return original.apply(this, args);
      const index = current.statements.push(textOf(args[0])) - 1;
      if (index !== current.at) return original.apply(this, args);
      if (current.when === 'before') cut(this);
      const answer = original.apply(this, args) as Promise<unknown>;
      if (current.when === 'before') return answer;
      return answer.finally(() => cut(this)).then(() => Promise.reject(new Error('Connection terminated by the test')));
    },
  });
}

/** Runs `action` and cuts its connection at a statement. @returns the texts of its statements, and how it has ended. */
export async function cutAt<T>(
  at: number,
  when: FaultTiming,
  action: () => Promise<T>,
): Promise<{ statements: readonly string[]; outcome: PromiseSettledResult<T> }> {
  const statements: string[] = [];
  const [outcome] = await work.run({ at, when, statements }, () => Promise.allSettled([action()]));
  return { statements, outcome };
}

function cut(client: Client): void {
  const connection = Reflect.get(client, 'connection') as { stream: { destroy(): void } };
  connection.stream.destroy();
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : (statement as { text: string }).text;
}
