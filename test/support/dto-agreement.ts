/** For tests: that a plan takes what class-transformer and class-validator take, and makes the same of it. */
import { isDeepStrictEqual } from 'node:util';
import type { Constructor } from '@aeturnis/contracts';
import { validated } from '../../libs/realtime/src/commands/ws-validation.pipe';
import type { DtoPlan } from '../../libs/realtime/src/commands/validation/dto-plan';

const REFUSED = Symbol('refused');

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return REFUSED;
  }
}

/** @returns whether the payload was taken. @throws where the plan takes what must not be, or makes something else of it. */
export function agree(dto: Constructor<object>, plan: DtoPlan, payload: object, { always = false } = {}): boolean {
  const long = attempt(() => validated(dto, payload));
  const short = attempt(() => plan.accept(payload));
  const taken = long !== REFUSED;
  if (short === undefined || short === REFUSED) {
    if (taken && always) throw new Error('the plan leaves to others what it could take');
    return taken;
  }
  if (!taken) throw new Error('the plan takes what is refused');
  // Equal down to prototypes, the order of properties and what is no property of JSON.
  if (!isDeepStrictEqual(short, long) || !isDeepStrictEqual(shapeOf(short), shapeOf(long)))
    throw new Error('the plan makes something else of it');
  if (shares(short as object, payload)) throw new Error('the instance holds an object of the payload');
  return true;
}

/** The order of all properties, and of which classes the objects are. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return typeof value;
  return [Object.getPrototypeOf(value), Object.entries(value).map(([name, item]) => [name, shapeOf(item)])];
}

function shares(instance: object, payload: object): boolean {
  return Object.entries(instance).some(
    ([name, item]) => typeof item === 'object' && item !== null && item === (payload as Record<string, unknown>)[name],
  );
}
