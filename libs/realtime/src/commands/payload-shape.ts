/** The first look at what a client sent: one plain object, not too deep, without the keys that reach for prototypes. */
import { AppError } from '@aeturnis/contracts';

const MAX_DEPTH = 8;
/** Of an object or a list: what is checked item by item must not be long. */
const MAX_ITEMS = 1_000;
const MAX_KEYS = 64;
/** What every object inherits: class-transformer drops such properties in silence. */
const FORBIDDEN_KEYS = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** @throws AppError VALIDATION for anything but one plain object. No argument at all counts as an empty one. */
export function payloadOf(args: readonly unknown[]): object {
  return payloadFrom(args, 0);
}

/** The same where the arguments begin at `first`. */
export function payloadFrom(args: readonly unknown[], first: number): object {
  if (args.length > first + 1) throw new AppError('VALIDATION', 'A command takes one object');
  const payload = args.length === first ? {} : args[first];
  if (!isPlainObject(payload)) throw new AppError('VALIDATION', 'The payload must be an object');
  assertSafe(payload);
  return payload;
}

// Iterative: a deeply nested payload must not exhaust the stack of the one who refuses it.
function assertSafe(root: object): void {
  // Most payloads hold no other object, and need no list of those that are still to be looked at.
  let open = innerObjects(root, null);
  for (let depth = 2; open; depth++) {
    const level: readonly object[] = open;
    if (depth > MAX_DEPTH) throw new AppError('VALIDATION', `The payload is nested deeper than ${MAX_DEPTH} levels`);
    open = null;
    for (const value of level) open = innerObjects(value, open);
  }
}

/** @returns the objects in `value`, added to those found before; null where there are none. */
function innerObjects(value: object, found: object[] | null): object[] | null {
  const most = Array.isArray(value) ? MAX_ITEMS : MAX_KEYS;
  let inner = found;
  let count = 0;
  // What a decoder makes inherits nothing that shows here. `Object.keys` would make a list for each command.
  for (const key in value) {
    if (++count > most) throw new AppError('VALIDATION', `The payload has more than ${most} entries in one place`);
    if (FORBIDDEN_KEYS.has(key)) throw new AppError('VALIDATION', `The payload must not have a key '${key}'`);
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && item !== null && !Buffer.isBuffer(item)) (inner ??= []).push(item);
  }
  return inner;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
