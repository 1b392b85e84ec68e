/** The validation rules of one property, read once from class-validator's metadata: its conditions and its checks. */
import { getMetadataStorage, type ValidationArguments, type ValidatorConstraintInterface } from 'class-validator';
import { UnsupportedDtoError } from './unsupported-dto-error';

/** The metadata of a validation decorator. */
export type ValidationRule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

type Condition = (dto: object, value: unknown) => boolean;

interface Check {
  readonly validator: ValidatorConstraintInterface;
  readonly each: boolean;
  readonly constraints: unknown[];
  readonly appliesTo: Condition | undefined;
}

/** The names of rule kinds in class-validator. */
const KIND = {
  check: 'customValidation',
  defined: 'isDefined',
  nested: 'nestedValidation',
  condition: 'conditionalValidation',
  allowed: 'whitelistValidation',
} as const;
/** Placeholder, replaced by the constraints of each check. */
const NO_CONSTRAINTS: unknown[] = [];
const KINDS = new Set<string>(Object.values(KIND));

export class FieldRules {
  readonly isNested: boolean;
  private readonly conditions: readonly Condition[];
  private readonly checks: readonly Check[];

  /** @throws UnsupportedDtoError for rules that are asynchronous or depend on more than the payload. */
  constructor(
    private readonly name: string,
    private readonly dtoName: string,
    rules: readonly ValidationRule[],
  ) {
    for (const { type, groups } of rules) {
      if (!KINDS.has(type)) throw new UnsupportedDtoError(`a rule of kind '${type}' on '${name}'`);
      if ((groups as string[] | undefined)?.length) throw new UnsupportedDtoError(`groups on '${name}'`);
    }
    const rulesOfKind = (kind: string): ValidationRule[] => rules.filter(({ type }) => type === kind);
    this.conditions = rulesOfKind(KIND.condition).map(({ constraints }) => constraints[0] as Condition);
    this.checks = [...rulesOfKind(KIND.defined), ...rulesOfKind(KIND.check)].flatMap((rule) => checksOf(rule));
    this.isNested = rulesOfKind(KIND.nested).length > 0;
  }

  /** False if a condition, such as `@IsOptional`, skips the checks. Evaluates all conditions, as class-validator does. */
  shouldCheck(dto: object, value: unknown): boolean {
    let areConditionsMet = true;
    for (const condition of this.conditions) if (!condition(dto, value)) areConditionsMet = false;
    return areConditionsMet;
  }

  /** Whether all checks return exactly `true` for the value. */
  accepts(dto: object, value: unknown): boolean {
    if (this.checks.length === 0) return true;
    const args = { targetName: this.dtoName, property: this.name, object: dto, value, constraints: NO_CONSTRAINTS };
    for (const check of this.checks) if (!passes(check, args)) return false;
    return true;
  }
}

// Gets the validator instances from class-validator's container once, instead of for each value.
function checksOf(rule: ValidationRule): Check[] {
  const known = getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls);
  return known.map(({ async, instance }) => {
    if (async) throw new UnsupportedDtoError(`an asynchronous rule on '${rule.propertyName}'`);
    const appliesTo = rule.validateIf as Condition | undefined;
    return { validator: instance, each: rule.each, constraints: rule.constraints, appliesTo };
  });
}

// Any result other than `true`, such as a promise, is left to class-validator.
function passes({ validator, each, constraints, appliesTo }: Check, args: ValidationArguments): boolean {
  const value: unknown = args.value;
  if (appliesTo && !appliesTo(args.object, value)) return true;
  args.constraints = constraints;
  if (!each) return validator.validate(value, args) === true;
  if (value instanceof Set || value instanceof Map) return false;
  if (!Array.isArray(value)) return validator.validate(value, args) === true;
  for (const item of value) if (validator.validate(item, args) !== true) return false;
  return true;
}
