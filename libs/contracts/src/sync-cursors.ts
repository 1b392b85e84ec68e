/** How far a client knows each of its conversations: an object of numbers, keyed by conversation. */
import { isUUID, registerDecorator } from 'class-validator';

/** Conversations in one request; no payload has more keys in one place. */
export const MAX_CURSORS = 64;

export function IsSyncCursors(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isSyncCursors',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: isSyncCursors,
        defaultMessage: () =>
          `${String(property)} must be an object of up to ${MAX_CURSORS} conversation ids with the last known seq of each`,
      },
    });
  };
}

function isSyncCursors(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MAX_CURSORS &&
    entries.every(([id, seq]) => isUUID(id, 'all') && Number.isSafeInteger(seq) && (seq as number) >= 0)
  );
}
