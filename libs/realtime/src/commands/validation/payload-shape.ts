/** The first check of a payload: a plain object of bounded depth and size, without keys that could reach prototypes. */
import { AppError } from '@aeturnis/contracts';

const MAX_DEPTH = 8;
/** The most items of a list and keys of an object, because validation visits each of them. */
const MAX_ITEMS = 1_000;
const MAX_KEYS = 64;
/** Names that every object inherits; class-transformer would silently drop such properties. */
const FORBIDDEN_KEYS = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** @throws AppError VALIDATION for anything but one plain object. A missing argument counts as an empty object. */
export function payloadOf(args: readonly unknown[]): object {
  return payloadFrom(args, 0);
}

/** Like `payloadOf`, for arguments that begin at `first`. */
export function payloadFrom(args: readonly unknown[], first: number): object {
  if (args.length > first + 1) throw new AppError('VALIDATION', 'A command takes one object');
  const payload = args.length === first ? {} : args[first];
  if (!isPlainObject(payload)) throw new AppError('VALIDATION', 'The payload must be an object');
  assertSafe(payload);
  return payload;
}

// Iterative, so that a deeply nested payload cannot exhaust the stack.
function assertSafe(root: object): void {
  // Null for most payloads, which contain no other object, so that no list is allocated for them.
  let pending = collectNestedObjects(root, null);
  for (let depth = 2; pending; depth++) {
    const level: readonly object[] = pending;
    if (depth > MAX_DEPTH) throw new AppError('VALIDATION', `The payload is nested deeper than ${MAX_DEPTH} levels`);
    pending = null;
    for (const value of level) pending = collectNestedObjects(value, pending);
  }
}

/** @returns the objects in `value`, added to those found before; null where there are none. */
function collectNestedObjects(value: object, found: object[] | null): object[] | null {
  const maxEntries = Array.isArray(value) ? MAX_ITEMS : MAX_KEYS;
  let nested = found;
  let count = 0;
  // Decoded objects inherit no enumerable keys. `Object.keys` would allocate a list for each command.
  for (const key in value) {
    if (++count > maxEntries)
      throw new AppError('VALIDATION', `The payload has more than ${maxEntries} entries in one place`);
    if (FORBIDDEN_KEYS.has(key)) throw new AppError('VALIDATION', `The payload must not have a key '${key}'`);
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && item !== null && !Buffer.isBuffer(item)) (nested ??= []).push(item);
  }
  return nested;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
