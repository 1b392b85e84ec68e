/** The rules of one property, read once from class-validator's metadata: when it is looked at, and what it must pass. */
import { getMetadataStorage, type ValidationArguments, type ValidatorConstraintInterface } from 'class-validator';
import { Unsupported } from './unsupported';

/** A rule as a decorator has left it. */
export type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

type Condition = (dto: object, value: unknown) => boolean;

interface Check {
  readonly validator: ValidatorConstraintInterface;
  readonly each: boolean;
  readonly constraints: unknown[];
  readonly appliesTo: Condition | undefined;
}

/** The names class-validator gives to kinds of rules. */
const KIND = {
  check: 'customValidation',
  defined: 'isDefined',
  nested: 'nestedValidation',
  condition: 'conditionalValidation',
  allowed: 'whitelistValidation',
} as const;
/** Each check puts its own in this place. */
const NONE: unknown[] = [];
const KINDS = new Set<string>(Object.values(KIND));

export class FieldRules {
  readonly nested: boolean;
  private readonly conditions: readonly Condition[];
  private readonly checks: readonly Check[];

  /** @throws Unsupported for rules whose outcome cannot be known at once, or depends on more than the payload. */
  constructor(
    private readonly name: string,
    private readonly dtoName: string,
    rules: readonly Rule[],
  ) {
    for (const { type, groups } of rules) {
      if (!KINDS.has(type)) throw new Unsupported(`a rule of kind '${type}' on '${name}'`);
      if ((groups as string[] | undefined)?.length) throw new Unsupported(`groups on '${name}'`);
    }
    const of = (kind: string): Rule[] => rules.filter(({ type }) => type === kind);
    this.conditions = of(KIND.condition).map(({ constraints }) => constraints[0] as Condition);
    this.checks = [...of(KIND.defined), ...of(KIND.check)].flatMap((rule) => checksOf(rule));
    this.nested = of(KIND.nested).length > 0;
  }

  /** False where a condition, such as `@IsOptional`, lets the value pass unseen. All are asked, as class-validator does. */
  applyTo(dto: object, value: unknown): boolean {
    let apply = true;
    for (const condition of this.conditions) if (!condition(dto, value)) apply = false;
    return apply;
  }

  /** Whether the value passes without any doubt. */
  pass(dto: object, value: unknown): boolean {
    if (this.checks.length === 0) return true;
    const told = { targetName: this.dtoName, property: this.name, object: dto, value, constraints: NONE };
    for (const check of this.checks) if (!passes(check, told)) return false;
    return true;
  }
}

// A class of validators is asked of class-validator's container once, here, and not for each value.
function checksOf(rule: Rule): Check[] {
  const known = getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls);
  return known.map(({ async, instance }) => {
    if (async) throw new Unsupported(`an asynchronous rule on '${rule.propertyName}'`);
    const appliesTo = rule.validateIf as Condition | undefined;
    return { validator: instance, each: rule.each, constraints: rule.constraints, appliesTo };
  });
}

// Anything but true is left to class-validator to judge, a promise above all.
function passes({ validator, each, constraints, appliesTo }: Check, told: ValidationArguments): boolean {
  const value: unknown = told.value;
  if (appliesTo && !appliesTo(told.object, value)) return true;
  told.constraints = constraints;
  if (!each) return validator.validate(value, told) === true;
  if (value instanceof Set || value instanceof Map) return false;
  if (!Array.isArray(value)) return validator.validate(value, told) === true;
  for (const item of value) if (validator.validate(item, told) !== true) return false;
  return true;
}
