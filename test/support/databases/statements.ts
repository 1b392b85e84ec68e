/** Records every statement that this process sends to PostgreSQL. */
import { Client } from 'pg';

export interface RecordedStatement {
  readonly text: string;
  readonly values: unknown[];
}

/** Records all statements of this process while the work runs. */
export async function recordStatements(work: () => Promise<unknown>): Promise<RecordedStatement[]> {
  const recorded: RecordedStatement[] = [];
  const query: unknown = Object.getOwnPropertyDescriptor(Client.prototype, 'query')?.value;
  if (typeof query !== 'function') throw new Error('pg.Client has no method query to record');
  const recordingQuery = function (this: Client, ...args: unknown[]): unknown {
    const [statement, values] = args;
    const config = typeof statement === 'string' ? { text: statement } : (statement as Partial<RecordedStatement>);
    recorded.push({ text: config.text ?? '', values: (values instanceof Array ? values : config.values) ?? [] });
    return Reflect.apply(query, this, args) as unknown;
  };
  Object.assign(Client.prototype, { query: recordingQuery });
  try {
    await work();
  } finally {
    Object.assign(Client.prototype, { query });
  }
  return recorded;
}
