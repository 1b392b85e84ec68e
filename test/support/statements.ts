/** What this process asks PostgreSQL, in whatever way: every statement, as it goes over a connection. */
import { Client } from 'pg';

export interface Asked {
  readonly text: string;
  readonly values: unknown[];
}

/** While the work runs, everything that anybody in this process asks. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Asked[]> {
  const asked: Asked[] = [];
  const query: unknown = Object.getOwnPropertyDescriptor(Client.prototype, 'query')?.value;
  if (typeof query !== 'function') throw new Error('connections are asked in another way');
  const listening = function (this: Client, ...given: unknown[]): unknown {
    const [what, values] = given;
    const named = typeof what === 'string' ? { text: what } : (what as Partial<Asked>);
    asked.push({ text: named.text ?? '', values: (values instanceof Array ? values : named.values) ?? [] });
    return Reflect.apply(query, this, given) as unknown;
  };
  Object.assign(Client.prototype, { query: listening });
  try {
    await work();
  } finally {
    Object.assign(Client.prototype, { query });
  }
  return asked;
}
