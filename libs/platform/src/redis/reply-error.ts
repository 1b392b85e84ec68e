/** Describes error replies of Redis for operators. */

/** The reason for each form of error reply. The reply itself is not shown: it may contain keys. */
const REASONS: readonly [start: RegExp, reason: string][] = [
  [/(access|of) (one of the keys|a key|at least one of the keys)/, 'the user may not use all keys'],
  [/(access|publish to|of) (one of the channels|a channel|the channel)/, 'the user may not use all channels'],
  [/READONLY|read[ -]?only/i, 'it is a read-only replica'],
  [/OOM/, 'it is full (maxmemory)'],
  [/MISCONF/, 'it cannot save its data to disk'],
  [/^(MOVED|ASK|CROSSSLOT)/, 'it is a part of a cluster that does not hold the keys of this server'],
  [/CLUSTERDOWN/, 'its cluster is down'],
  [/NOREPLICAS/, 'it has too few replicas to write'],
  [/LOADING/, 'it is loading its data'],
  [/^(NOAUTH|WRONGPASS)/, 'it refuses the password'],
];
const NOT_PERMITTED = /NOPERM.*'([\w|]+)' command/;
const NOT_PERMITTED_IN_SCRIPT = /can't run this command|no permissions to run/i;

/** @param command the refused command, which the reply does not name if a script ran it. */
export function describeRefusal(message: string, command?: string): string {
  const [, named] = NOT_PERMITTED.exec(message) ?? [];
  const name = named ?? (NOT_PERMITTED_IN_SCRIPT.test(message) ? command : undefined);
  if (name !== undefined) return `the user may not run ${name.toUpperCase()}`;
  return REASONS.find(([start]) => start.test(message))?.[1] ?? 'it refuses to write or to publish';
}

/** Whether the error is a reply of Redis and not an error of the connection: an immediate retry would fail again. */
export const isReplyError = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';
