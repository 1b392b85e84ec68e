/** Checks that a compiled DTO plan accepts the same payloads as class-validator, with the same result. */
import { isDeepStrictEqual } from 'node:util';
import type { Constructor } from '@aeturnis/contracts';
import { validateDto } from '../../../libs/realtime/src/commands/validation/ws-validation.pipe';
import type { DtoPlan } from '../../../libs/realtime/src/commands/validation/dto-plan';

const REFUSED = Symbol('refused');

function resultOrRefused(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return REFUSED;
  }
}

/** @returns whether both accept the payload. @throws if they disagree about it or about the result. */
export function isAcceptedByBoth(
  dto: Constructor<object>,
  plan: DtoPlan,
  payload: object,
  { always: mustAccept = false } = {},
): boolean {
  const expected = resultOrRefused(() => validateDto(dto, payload));
  const planned = resultOrRefused(() => plan.tryParse(payload));
  const isAccepted = expected !== REFUSED;
  if (planned === undefined || planned === REFUSED) {
    if (isAccepted && mustAccept) throw new Error('the plan does not accept a payload that it must accept');
    return isAccepted;
  }
  if (!isAccepted) throw new Error('the plan accepts a payload that class-validator refuses');
  // Equal including prototypes, the order of properties and values that JSON cannot represent.
  if (!isDeepStrictEqual(planned, expected) || !isDeepStrictEqual(shapeOf(planned), shapeOf(expected)))
    throw new Error('the plan creates a different instance than class-transformer');
  if (sharesObject(planned as object, payload)) throw new Error('the instance shares an object with the payload');
  return true;
}

/** The prototypes of all objects, and their properties in order. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return typeof value;
  return [Object.getPrototypeOf(value), Object.entries(value).map(([name, item]) => [name, shapeOf(item)])];
}

function sharesObject(instance: object, payload: object): boolean {
  return Object.entries(instance).some(
    ([name, item]) => typeof item === 'object' && item !== null && item === (payload as Record<string, unknown>)[name],
  );
}
