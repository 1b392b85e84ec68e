/**
 * Refuses events of another form than this library's: one object each. A stock client takes a string at the end of an event
 * for its place in the journal, also the bare name of an event without a payload, and could not be recovered after it.
 */
import { Logger } from '@nestjs/common';

/** So many names are remembered as logged; past that, further ones are refused without a line. */
const LOGGED_AT_MOST = 100;

export class MalformedEventError extends Error {
  constructor(event: string, was: string) {
    super(
      `event '${event}' must carry exactly one object, not ${was}: wrap it, as in emit('${event}', { value }); ` +
        'anything else would take recoverability from stock clients',
    );
    this.name = 'MalformedEventError';
  }
}

/** `data`: the name of an event and its arguments, without a callback. */
export function isWellFormed(data: readonly unknown[]): boolean {
  const payload = data[1];
  return data.length === 2 && typeof payload === 'object' && payload !== null;
}

export class OutgoingGuard {
  private readonly logger = new Logger('Events');
  private readonly logged = new Set<string>();

  /** `strict`: what is wrong is thrown at whoever emits it; else it is logged, and not sent. */
  constructor(private readonly strict: boolean) {}

  /** @throws MalformedEventError where that is told to whoever emits it. */
  refuse([name, ...args]: readonly unknown[]): void {
    const event = String(name);
    const error = new MalformedEventError(event, described(args));
    if (this.strict) throw error;
    if (this.logged.has(event) || this.logged.size >= LOGGED_AT_MOST) return;
    this.logged.add(event);
    this.logger.error({ message: 'event not sent, further ones of this name neither', event, error });
  }
}

function described(args: readonly unknown[]): string {
  const [only] = args;
  if (args.length === 0) return 'nothing';
  if (args.length > 1) return `${args.length} arguments`;
  return only === null ? 'null' : `a ${typeof only}`;
}
