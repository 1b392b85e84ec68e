/** The first look at what a client sent: one plain object, not too deep, without the keys that reach for prototypes. */
import { AppError } from '@aeturnis/contracts';

const MAX_DEPTH = 8;
/** Of an object or a list: what is checked item by item must not be long. */
const MAX_ITEMS = 1_000;
const MAX_KEYS = 64;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** @throws AppError VALIDATION for anything but one plain object. No argument at all counts as an empty one. */
export function payloadOf(args: readonly unknown[]): object {
  if (args.length > 1) throw new AppError('VALIDATION', 'A command takes one object');
  const payload = args.length === 0 ? {} : args[0];
  if (!isPlainObject(payload)) throw new AppError('VALIDATION', 'The payload must be an object');
  assertSafe(payload);
  return payload;
}

// Iterative: a deeply nested payload must not exhaust the stack of the one who refuses it.
function assertSafe(root: object): void {
  const open: [value: object, depth: number][] = [[root, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (depth > MAX_DEPTH) throw new AppError('VALIDATION', `The payload is nested deeper than ${MAX_DEPTH} levels`);
    const keys = Object.keys(value);
    const most = Array.isArray(value) ? MAX_ITEMS : MAX_KEYS;
    if (keys.length > most) throw new AppError('VALIDATION', `The payload has more than ${most} entries in one place`);
    for (const key of keys) {
      if (FORBIDDEN_KEYS.has(key)) throw new AppError('VALIDATION', `The payload must not have a key '${key}'`);
      const item = (value as Record<string, unknown>)[key];
      if (typeof item === 'object' && item !== null && !Buffer.isBuffer(item)) open.push([item, depth + 1]);
    }
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
