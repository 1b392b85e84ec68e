/** All operations whose use is limited, commands and those of HTTP alone, each under one name with one policy. */
import { Inject, Injectable } from '@nestjs/common';
import { policyForGuests, type RatePolicy } from '@aeturnis/contracts';
import { REALTIME_OPTIONS, type RealtimeOptions } from '../realtime.options';

export interface Operation {
  /** Of the command; what is reached over HTTP alone has a name of the same form. */
  readonly name: string;
  /** Null where the application has taken it away. */
  readonly policy: RatePolicy | null;
  /** The same object as `policy` where guests have no other one. */
  readonly guestPolicy: RatePolicy | null;
  readonly isCommand: boolean;
  /** The HTTP routes that lead to it, such as `POST /api/messages`. */
  readonly routes: readonly string[];
}

type Known = Operation & { routes: string[] };

@Injectable()
export class Operations {
  private readonly known = new Map<string, Known>();

  constructor(@Inject(REALTIME_OPTIONS) private readonly options: RealtimeOptions) {}

  /** Called at boot by the table of commands; its policy is resolved already. */
  addCommand(name: string, policy: RatePolicy | null): Operation {
    return this.add(name, policy, true);
  }

  /** Called at boot for an operation of HTTP alone; several routes may name the same one. @throws where it is a command. */
  addOwn(name: string, policy: RatePolicy): Operation {
    const known = this.known.get(name);
    if (!known) return this.add(name, { ...policy, ...this.options.policies?.[name] }, false);
    if (known.isCommand) throw new Error(`'${name}' is a command: a route to it names the command`);
    return known;
  }

  /** @throws where no gateway handles that command. */
  addRoute(name: string, route: string): Operation {
    const known = this.known.get(name);
    if (!known) throw new Error(`'${route}' names the command '${name}', which nobody handles`);
    known.routes.push(route);
    return known;
  }

  all(): readonly Operation[] {
    return [...this.known.values()];
  }

  private add(name: string, policy: RatePolicy | null, isCommand: boolean): Operation {
    const operation = { name, policy, guestPolicy: policy && policyForGuests(policy), isCommand, routes: [] };
    this.known.set(name, operation);
    return operation;
  }
}
