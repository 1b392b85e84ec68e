/** Measures, inside a server, the work of one request or command, which its correlation identifies. */
import { currentCorrelation } from '@aeturnis/platform';
import { Client, Pool, type QueryResult } from 'pg';
import type { MeasureOptions, MeasuredWork } from './bounds-node';

/** The prefix of the ids of measured requests. */
export const REQUEST_ID = 'bounds-request-';

const WORK_NAME = Symbol('the work that a statement belongs to');
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE']);

interface Statement {
  text?: string;
  [WORK_NAME]?: string | undefined;
}
type Callback = (error: unknown, result: QueryResult | undefined) => void;

let measured: { event: string; rows: number; written: number } | undefined;
let probe: { longest: number; running: boolean } | undefined;
let heapBefore: number | undefined;

/** Observes all statements of this process. Call it before the first connection is opened. */
export function watchStatements(): void {
  // A pool passes a statement to a connection later, outside the correlation of its work: the statement carries the name.
  replaceQuery(Pool.prototype, (original) => {
    return function (this: Pool, what: unknown, ...rest: unknown[]): unknown {
      const statement: Statement = typeof what === 'string' ? { text: what } : { ...(what as Statement) };
      return Reflect.apply(original, this, [{ ...statement, [WORK_NAME]: nameOfWork() }, ...rest]) as unknown;
    };
  });
  replaceQuery(Client.prototype, (original) => {
    return function (this: Client, ...args: unknown[]): unknown {
      const workName = (args[0] as Statement | undefined)?.[WORK_NAME] ?? nameOfWork();
      const last = args.at(-1);
      if (typeof last === 'function') {
        const done: Callback = (error, result) => {
          countRows(workName, result);
          (last as Callback)(error, result);
        };
        return Reflect.apply(original, this, [...args.slice(0, -1), done]) as unknown;
      }
      const answer = Reflect.apply(original, this, args) as unknown;
      if (!(answer instanceof Promise)) return answer;
      return answer.then((result: QueryResult) => {
        countRows(workName, result);
        return result;
      });
    };
  });
}

/** The id of a measured request, because work of an earlier request may still run; the event name of a command. */
function nameOfWork(): string | undefined {
  const { id, event } = currentCorrelation() ?? {};
  return id?.startsWith(REQUEST_ID) ? id : event;
}

type Query = (...args: never[]) => unknown;

function replaceQuery(prototype: object, replacement: (original: Query) => Query): void {
  const original: unknown = Reflect.get(prototype, 'query');
  if (typeof original !== 'function')
    throw new Error('pg has no method `query`: adapt this measurement to its version');
  Object.defineProperty(prototype, 'query', { value: replacement(original as Query), configurable: true });
}

function countRows(workName: string | undefined, result: QueryResult | undefined): void {
  if (!measured || !result || workName !== measured.event) return;
  measured.rows += result.rows.length;
  if (CHANGES.has(result.command)) measured.written += result.rowCount ?? 0;
}

export function startMeasuring(event: string, { probe: probing = false, collect = false }: MeasureOptions): void {
  measured = { event, rows: 0, written: 0 };
  if (collect) global.gc?.();
  heapBefore = collect ? heldBytes() : undefined;
  if (!probing) return;
  const own = { longest: 0, running: true };
  probe = own;
  let [time, used] = [performance.now(), cpuMs()];
  // The loop is never idle, so that the duration of each round is that of its work.
  const measureTick = (): void => {
    const [now, usedNow] = [performance.now(), cpuMs()];
    // Processor time excludes the time for which the process waited for a core.
    own.longest = Math.max(own.longest, Math.min(now - time, usedNow - used));
    [time, used] = [now, usedNow];
    if (own.running) setImmediate(measureTick);
  };
  setImmediate(measureTick);
}

export function stopMeasuring(): MeasuredWork {
  const { rows = 0, written = 0 } = measured ?? {};
  const grownBytes = heapBefore === undefined ? 0 : Math.max(0, heldBytes() - heapBefore);
  const blockedMs = probe?.longest ?? 0;
  if (probe) probe.running = false;
  measured = probe = undefined;
  return { rows, written, blockedMs, grownBytes };
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
