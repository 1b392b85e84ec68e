/** Fault injection: every method call of the instrumented objects is a step, and any one step can be made to fail. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** `before`: the step fails without running. `after`: the step runs completely, then fails. */
export type FaultTiming = 'before' | 'after';

export interface Fault {
  /** For example `RoomService.join#2`: the second call of that method during the work. */
  readonly step: string;
  readonly when: FaultTiming;
  /** The error of the step; by default an `InjectedFault`. With `NEVER_SETTLES` the promise of the step never settles. */
  readonly error?: unknown;
  /** The number of calls that fail, from the step on; 1 by default. */
  readonly times?: number;
}

export const NEVER_SETTLES = Symbol('never');

export interface InjectionOutcome<T> {
  readonly result: T;
  readonly steps: readonly string[];
  /** Whether the step was reached, and therefore failed. */
  readonly fired: boolean;
}

class InjectedFault extends Error {}

interface InjectionRun {
  readonly fault: Fault | null;
  readonly calls: Map<string, number>;
  readonly steps: string[];
  fired: number;
}

export class FaultInjection {
  /** Names of the steps that have returned a promise so far. */
  readonly asynchronousSteps = new Set<string>();
  private readonly context = new AsyncLocalStorage<true>();
  private run: InjectionRun | null = null;

  /** `ignoredMethods`: methods that only read, and are not steps. */
  constructor(private readonly ignoredMethods: ReadonlySet<string> = new Set()) {}

  /** Makes all methods of these objects steps of the work behind an entry point. */
  instrument(...targets: readonly object[]): this {
    for (const target of targets) {
      const owner = target.constructor.name;
      for (const name of methodNames(target))
        if (!this.ignoredMethods.has(name)) this.wrap(target, name, `${owner}.${name}`);
    }
    return this;
  }

  /** Makes one method of this object a step. */
  instrumentMethod(target: object, name: string, owner: string): this {
    this.wrap(target, name, `${owner}.${name}`);
    return this;
  }

  /** Makes everything that this method calls, also asynchronously, part of the work. */
  markEntryPoint(target: object, name: string): this {
    const methods = target as Record<string, (...args: unknown[]) => unknown>;
    const original = methods[name]!;
    methods[name] = (...args) => this.context.run(true, () => original.apply(target, args));
    return this;
  }

  /** Runs the work without a fault, and records its steps in order. */
  record<T>(work: () => Promise<T>): Promise<InjectionOutcome<T>> {
    return this.execute(null, work);
  }

  inject<T>(fault: Fault, work: () => Promise<T>): Promise<InjectionOutcome<T>> {
    return this.execute(fault, work);
  }

  private async execute<T>(fault: Fault | null, work: () => Promise<T>): Promise<InjectionOutcome<T>> {
    const run: InjectionRun = { fault, calls: new Map(), steps: [], fired: 0 };
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
    const { asynchronousSteps } = this;
    const current = (): InjectionRun | null => this.run;
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
          if (answer instanceof Promise) asynchronousSteps.add(label);
          return answer;
        }
        run.fired++;
        return fail(fault, asynchronousSteps.has(label), () => original.apply(this, args));
      },
    });
  }
}

const isRepeated = ({ step, times = 1 }: Fault, label: string, fired: number): boolean =>
  fired > 0 && fired < times && step.startsWith(`${label}#`);

/** Fails as the step would: with a rejection if it is asynchronous. */
function fail(fault: Fault, isAwaited: boolean, work: () => unknown): unknown {
  const { step, when } = fault;
  const error = 'error' in fault ? fault.error : new InjectedFault(`injected ${when} ${step}`);
  if (error === NEVER_SETTLES) return new Promise(() => undefined);
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
