/** Validation of sync cursors: the last known seq of each conversation, keyed by conversation id. */
import { Transform } from 'class-transformer';
import { isUUID, registerDecorator } from 'class-validator';
import { canonicalId } from './ids';

/** The most conversations in one request, which is also the most keys that an object in a payload may have. */
export const MAX_CURSORS = 64;

export function IsSyncCursors(): PropertyDecorator {
  return (target, property) => {
    Transform(({ value }: { value: unknown }) => canonicalCursors(value))(target, property);
    registerDecorator({
      name: 'isSyncCursors',
      target: target.constructor,
      propertyName: String(property),
      constraints: [MAX_CURSORS],
      validator: {
        validate: isSyncCursors,
        defaultMessage: () =>
          `${String(property)} must be an object of up to ${MAX_CURSORS} conversation ids with the last known seq of each`,
      },
    });
  };
}

/** If a conversation is named in several spellings, the lowest seq counts, so that no entry is skipped. */
function canonicalCursors(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const cursors: Record<string, unknown> = {};
  for (const [name, seq] of Object.entries(value) as [string, unknown][]) {
    const id = canonicalId(name);
    const known = cursors[id];
    cursors[id] = typeof known === 'number' && typeof seq === 'number' ? Math.min(known, seq) : seq;
  }
  return cursors;
}

function isSyncCursors(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MAX_CURSORS &&
    entries.every(([id, seq]) => isUUID(id, 'all') && Number.isSafeInteger(seq) && (seq as number) >= 0)
  );
}
