/** Measures, inside a server, what one piece of work does: by the name under which its log lines are found together. */
import { correlation } from '@aeturnis/platform';
import { Client, Pool, type QueryResult } from 'pg';
import type { Looks, Work } from './node';

/** How the ids of the requests begin that are measured. */
export const REQUEST_ID = 'bounds-request-';

const OF = Symbol('the work that a statement belongs to');
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE']);

interface Statement {
  text?: string;
  [OF]?: string | undefined;
}
type Callback = (error: unknown, result: QueryResult | undefined) => void;

let measured: { event: string; rows: number; written: number } | undefined;
let probe: { longest: number; running: boolean } | undefined;
let heapBefore: number | undefined;

/** From now on all statements of this process are seen. To be called before there is a connection. */
export function watchStatements(): void {
  // A pool hands a statement to a connection later, when what it belongs to cannot be told any more.
  replace(Pool.prototype, (original) => {
    return function (this: Pool, what: unknown, ...rest: unknown[]): unknown {
      const statement: Statement = typeof what === 'string' ? { text: what } : { ...(what as Statement) };
      return Reflect.apply(original, this, [{ ...statement, [OF]: nameOfWork() }, ...rest]) as unknown;
    };
  });
  replace(Client.prototype, (original) => {
    return function (this: Client, ...given: unknown[]): unknown {
      const of = (given[0] as Statement | undefined)?.[OF] ?? nameOfWork();
      const last = given.at(-1);
      if (typeof last === 'function') {
        const done: Callback = (error, result) => {
          count(of, result);
          (last as Callback)(error, result);
        };
        return Reflect.apply(original, this, [...given.slice(0, -1), done]) as unknown;
      }
      const answer = Reflect.apply(original, this, given) as unknown;
      if (!(answer instanceof Promise)) return answer;
      return answer.then((result: QueryResult) => {
        count(of, result);
        return result;
      });
    };
  });
}

/** A request by the id that it has come with, for what an earlier one has caused may still go on; a command by its name. */
function nameOfWork(): string | undefined {
  const { id, event } = correlation() ?? {};
  return id?.startsWith(REQUEST_ID) ? id : event;
}

type Query = (...given: never[]) => unknown;

function replace(prototype: object, replacement: (original: Query) => Query): void {
  const original: unknown = Reflect.get(prototype, 'query');
  if (typeof original !== 'function') throw new Error('statements are asked in another way');
  Object.defineProperty(prototype, 'query', { value: replacement(original as Query), configurable: true });
}

function count(of: string | undefined, result: QueryResult | undefined): void {
  if (!measured || !result || of !== measured.event) return;
  measured.rows += result.rows.length;
  if (CHANGES.has(result.command)) measured.written += result.rowCount ?? 0;
}

export function begin(event: string, { probe: probing = false, collect = false }: Looks): void {
  measured = { event, rows: 0, written: 0 };
  if (collect) global.gc?.();
  heapBefore = collect ? held() : undefined;
  if (!probing) return;
  const own = { longest: 0, running: true };
  probe = own;
  let [time, used] = [performance.now(), processorMs()];
  // Never idle, so that each round of the loop is as long as what it had to do.
  const look = (): void => {
    const [now, usedNow] = [performance.now(), processorMs()];
    // A round that waited for the processor was not as long as the clock says.
    own.longest = Math.max(own.longest, Math.min(now - time, usedNow - used));
    [time, used] = [now, usedNow];
    if (own.running) setImmediate(look);
  };
  setImmediate(look);
}

export function end(): Work {
  const { rows = 0, written = 0 } = measured ?? {};
  const grownBytes = heapBefore === undefined ? 0 : Math.max(0, held() - heapBefore);
  const blockedMs = probe?.longest ?? 0;
  if (probe) probe.running = false;
  measured = probe = undefined;
  return { rows, written, blockedMs, grownBytes };
}

function held(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
