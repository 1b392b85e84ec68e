/** Ids as rooms and tables know them: in lower case. Clients may write them as they like. */
import { Injectable, type PipeTransform } from '@nestjs/common';

const IDS = new Set(['conversationId', 'messageId', 'reactionId', 'userId', 'messageIds']);

/** The same payload with its ids in lower case. */
export function canonical<Dto extends object>(dto: Dto): Dto {
  const entries = Object.entries(dto) as [string, unknown][];
  return Object.fromEntries(entries.map(([name, value]) => [name, IDS.has(name) ? lower(value) : value])) as Dto;
}

/** For ids in paths. */
@Injectable()
export class CanonicalId implements PipeTransform<string, string> {
  transform(id: string): string {
    return id.toLowerCase();
  }
}

function lower(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lower);
  return typeof value === 'string' ? value.toLowerCase() : value;
}
