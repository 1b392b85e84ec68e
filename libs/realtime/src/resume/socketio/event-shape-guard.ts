/**
 * Rejects outgoing events that do not carry exactly one object. A stock client takes a string at the end of an event for its
 * offset, even the name of an event without a payload, and could not resume after it. Used by the adapter patch.
 */
import { Logger } from '@nestjs/common';

/** Each event name is logged once; names past this number are rejected without a log line. */
const MAX_LOGGED_EVENTS = 100;

export class MalformedEventError extends Error {
  constructor(event: string, actual: string) {
    super(
      `event '${event}' must carry exactly one object, not ${actual}: wrap it, as in emit('${event}', { value }); ` +
        'with anything else stock clients could not resume their session',
    );
    this.name = 'MalformedEventError';
  }
}

/** `data`: the name of the event and its arguments, without a callback. */
export function hasSingleObjectPayload(data: readonly unknown[]): boolean {
  const payload = data[1];
  return data.length === 2 && typeof payload === 'object' && payload !== null;
}

export class EventShapeGuard {
  private readonly logger = new Logger('Events');
  private readonly logged = new Set<string>();

  /** `isStrict`: `reject` throws at the emitter; otherwise it logs the event, which is not sent. */
  constructor(private readonly isStrict: boolean) {}

  /** @throws MalformedEventError in strict mode. */
  reject([name, ...args]: readonly unknown[]): void {
    const event = String(name);
    const error = new MalformedEventError(event, describeArguments(args));
    if (this.isStrict) throw error;
    if (this.logged.has(event) || this.logged.size >= MAX_LOGGED_EVENTS) return;
    this.logged.add(event);
    this.logger.error({ message: 'malformed event not sent; later ones of this name are not logged', event, error });
  }
}

function describeArguments(args: readonly unknown[]): string {
  const [only] = args;
  if (args.length === 0) return 'nothing';
  if (args.length > 1) return `${args.length} arguments`;
  return only === null ? 'null' : `a ${typeof only}`;
}
