/** Makes one call of a piece of work fail: every call of the watched objects is a step, and each may be the one that fails. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** `before`: nothing of the step is done. `after`: all of it is done, and then it fails. */
export type When = 'before' | 'after';

export interface Fault {
  /** Such as `RoomService.join#2`: the second call of that method in this piece of work. */
  readonly step: string;
  readonly when: When;
  /** What the step fails with; an error of its own where it is not given. `NEVER`: the step does not settle. */
  readonly error?: unknown;
  /** How many calls fail, from the one of the step on; one where it is not given. */
  readonly times?: number;
}

export const NEVER = Symbol('never');

export interface Outcome<T> {
  readonly result: T;
  readonly steps: readonly string[];
  /** Whether the step was reached, and so has failed. */
  readonly fired: boolean;
}

class InjectedFault extends Error {}

interface Run {
  readonly fault: Fault | null;
  readonly calls: Map<string, number>;
  readonly steps: string[];
  fired: number;
}

export class FaultInjection {
  /** Steps that answered by a promise so far, by name and without their number. */
  readonly awaited = new Set<string>();
  private readonly context = new AsyncLocalStorage<true>();
  private run: Run | null = null;

  /** `passedOver`: methods that only look something up, and are no steps. */
  constructor(private readonly passedOver: ReadonlySet<string> = new Set()) {}

  /** All methods of these objects become steps of what runs inside `within`. */
  watch(...targets: readonly object[]): this {
    for (const target of targets) {
      const owner = target.constructor.name;
      for (const name of methodNames(target))
        if (!this.passedOver.has(name)) this.wrap(target, name, `${owner}.${name}`);
    }
    return this;
  }

  /** One method of this object becomes a step. */
  watchMethod(target: object, name: string, owner: string): this {
    this.wrap(target, name, `${owner}.${name}`);
    return this;
  }

  /** What this method does, and what follows from it, is part of the work. */
  within(target: object, name: string): this {
    const methods = target as Record<string, (...args: unknown[]) => unknown>;
    const original = methods[name]!;
    methods[name] = (...args) => this.context.run(true, () => original.apply(target, args));
    return this;
  }

  /** The steps of the work, in their order, where nothing fails. */
  record<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    return this.play(null, work);
  }

  inject<T>(fault: Fault, work: () => Promise<T>): Promise<Outcome<T>> {
    return this.play(fault, work);
  }

  private async play<T>(fault: Fault | null, work: () => Promise<T>): Promise<Outcome<T>> {
    const run: Run = { fault, calls: new Map(), steps: [], fired: 0 };
    this.run = run;
    try {
      return { result: await work(), steps: run.steps, fired: run.fired > 0 };
    } finally {
      this.run = null;
    }
  }

  private wrap(target: object, name: string, label: string): void {
    const methods = target as Record<string, (...args: unknown[]) => unknown>;
    const original = methods[name]!;
    const { context } = this;
    const { awaited } = this;
    const current = (): Run | null => this.run;
    Object.defineProperty(target, name, {
      configurable: true,
      writable: true,
      enumerable: false,
      value(this: object, ...args: unknown[]): unknown {
        const run = current();
        if (!run || !context.getStore()) return original.apply(this, args);
        const count = (run.calls.get(label) ?? 0) + 1;
        run.calls.set(label, count);
        const step = `${label}#${count}`;
        run.steps.push(step);
        const { fault } = run;
        if (!fault || !(step === fault.step || isRepeated(fault, label, run.fired))) {
          const answer = original.apply(this, args);
          if (answer instanceof Promise) awaited.add(label);
          return answer;
        }
        run.fired++;
        return fail(fault, awaited.has(label), () => original.apply(this, args));
      },
    });
  }
}

const isRepeated = ({ step, times = 1 }: Fault, label: string, fired: number): boolean =>
  fired > 0 && fired < times && step.startsWith(`${label}#`);

/** Fails as the step would: by a rejection where it is asynchronous. */
function fail(fault: Fault, isAwaited: boolean, work: () => unknown): unknown {
  const { step, when } = fault;
  const error = 'error' in fault ? fault.error : new InjectedFault(`injected ${when} ${step}`);
  if (error === NEVER) return new Promise(() => undefined);
  if (when === 'before') {
    const raise = (): never => {
      throw error;
    };
    const isAsynchronous = isAwaited || ASYNCHRONOUS.has(step.replace(/#\d+$/, ''));
    return isAsynchronous ? Promise.resolve().then(raise) : raise();
  }
  const outcome = work();
  if (!(outcome instanceof Promise)) throw error;
  return outcome.then(() => {
    throw error;
  });
}

const ASYNCHRONOUS = new Set<string>();

function methodNames(target: object): string[] {
  const names = new Set<string>();
  const collect = (holder: object | null): void => {
    if (!holder || holder === Object.prototype) return;
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder)))
      if (typeof value === 'function' && name !== 'constructor' && !/^on[A-Z]/.test(name)) {
        names.add(name);
        if ((value as object).constructor.name === 'AsyncFunction')
          ASYNCHRONOUS.add(`${target.constructor.name}.${name}`);
      }
    collect(Object.getPrototypeOf(holder) as object | null);
  };
  collect(Object.getPrototypeOf(target) as object);
  return [...names];
}
