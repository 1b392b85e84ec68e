/** The registry of rate-limited operations, which are commands or HTTP-only operations; each has one name and one policy. */
import { Inject, Injectable } from '@nestjs/common';
import {
  CONNECTION_POLICY,
  FAN_OUT_BUDGET,
  HTTP_RESPONSE_BUDGET,
  policyForGuests,
  type RatePolicy,
  type WorkBudget,
} from '@aeturnis/contracts';
import { REALTIME_OPTIONS, type RealtimeOptions } from '../../base/realtime.options';

export interface Operation {
  /** The name of the command; an HTTP-only operation has a name of the same form. */
  readonly name: string;
  /** Null if the application has disabled the limit. */
  readonly policy: RatePolicy | null;
  /** The same object as `policy` if guests have no policy of their own. */
  readonly guestPolicy: RatePolicy | null;
  readonly isCommand: boolean;
  /** The HTTP routes of the operation, such as `POST /api/messages`. */
  readonly routes: readonly string[];
}

type PolicyByName = Record<string, RatePolicy | null>;

/** The rate policies in force, by the name of the operation; null for one without a limit. */
export interface PoliciesResponse {
  connection: RatePolicy;
  commands: PolicyByName;
  /** HTTP-only operations. A route that corresponds to a command uses the command's bucket. */
  operations: PolicyByName;
  /** The policies that are tighter for guests. */
  guests: PolicyByName;
  budgets: readonly WorkBudget[];
}

type MutableOperation = Operation & { routes: string[] };

@Injectable()
export class Operations {
  private readonly byName = new Map<string, MutableOperation>();
  /** The work budgets of domains, for clients to read. */
  readonly budgets: WorkBudget[] = [];

  constructor(@Inject(REALTIME_OPTIONS) private readonly options: RealtimeOptions) {}

  /** Called at boot by the command table, with the resolved policy. */
  addCommand(name: string, policy: RatePolicy | null): Operation {
    return this.add(name, policy, true);
  }

  /** Called at boot for an HTTP-only operation, which several routes may share. @throws if the name is that of a command. */
  addHttpOperation(name: string, policy: RatePolicy): Operation {
    const known = this.byName.get(name);
    if (!known) return this.add(name, { ...policy, ...this.options.policies?.[name] }, false);
    if (known.isCommand) throw new Error(`'${name}' is a command: its routes must name it without a policy`);
    return known;
  }

  /** Called at boot by the domain that charges the budgets. */
  addBudgets(...budgets: WorkBudget[]): void {
    this.budgets.push(...budgets);
  }

  /** @throws if no operation has this name. */
  addRoute(name: string, route: string): Operation {
    const known = this.byName.get(name);
    if (!known) throw new Error(`'${route}' names the command '${name}', which no gateway handles`);
    known.routes.push(route);
    return known;
  }

  all(): readonly Operation[] {
    return [...this.byName.values()];
  }

  policies(): PoliciesResponse {
    const all = this.all();
    const policiesOf = (isIncluded: (operation: Operation) => boolean): PolicyByName =>
      Object.fromEntries(all.filter(isIncluded).map(({ name, policy }) => [name, policy]));
    const tighterForGuests = all.filter(({ policy, guestPolicy }) => policy !== guestPolicy);
    return {
      connection: CONNECTION_POLICY,
      commands: policiesOf(({ isCommand }) => isCommand),
      operations: policiesOf(({ isCommand }) => !isCommand),
      guests: Object.fromEntries(tighterForGuests.map(({ name, guestPolicy }) => [name, guestPolicy])),
      budgets: [...this.budgets, FAN_OUT_BUDGET, HTTP_RESPONSE_BUDGET],
    };
  }

  private add(name: string, policy: RatePolicy | null, isCommand: boolean): Operation {
    const operation = { name, policy, guestPolicy: policy && policyForGuests(policy), isCommand, routes: [] };
    this.byName.set(name, operation);
    return operation;
  }
}
