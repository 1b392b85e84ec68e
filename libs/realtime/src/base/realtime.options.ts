/** The options of the realtime module, and their validation at boot. */
import type { Abstract, Type } from '@nestjs/common';
import type { RatePolicy } from '@aeturnis/contracts';
import { settingProblems } from '@aeturnis/platform';

export type PolicyOverrides = Readonly<Record<string, Partial<RatePolicy>>>;

export interface RealtimeOptions {
  /** Rate policies by command, overriding those of the contract. */
  policies?: PolicyOverrides;
  /** The subclass of `RealtimeService` to create in its place: both classes are injected as the same instance. */
  service?: Type<object>;
}

export const REALTIME_OPTIONS = Symbol('REALTIME_OPTIONS');

type OptionRule = readonly [isValid: (value: unknown) => boolean, expected: string];
type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAtLeast =
  (min: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && Number.isFinite(value) && value >= min;
const oneOf = (...values: string[]): OptionRule => [(value) => values.includes(value as string), values.join(' or ')];

const isClassOf = (value: unknown, base: Abstract<object>): boolean =>
  typeof value === 'function' && (value === base || value.prototype instanceof base);

const NAME: OptionRule = [(value) => typeof value === 'string' && value !== '', 'a text'];
const AMOUNT: OptionRule = [(value) => isAtLeast(0)(value) && value !== 0, 'a finite number above 0'];
const TOKENS: OptionRule = [isAtLeast(1), 'a finite number of at least 1'];
const FLAG: OptionRule = [(value) => typeof value === 'boolean', 'a boolean'];
const TEXTS: OptionRule = [
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'a list of texts',
];
const OBJECT: OptionRule = [isObject, 'an object'];

const POLICY: Readonly<Record<keyof RatePolicy, OptionRule>> = {
  limit: AMOUNT,
  windowMs: AMOUNT,
  burst: TOKENS,
  scope: oneOf('node', 'cluster'),
  excess: oneOf('refuse', 'drop'),
  per: TEXTS,
  work: OBJECT,
  fansOut: FLAG,
  tightForGuests: FLAG,
};
const WORK: Readonly<Record<keyof NonNullable<RatePolicy['work']>, OptionRule>> = { budget: OBJECT, fields: TEXTS };
const BUDGET: Readonly<Record<keyof NonNullable<RatePolicy['work']>['budget'], OptionRule>> = {
  name: NAME,
  limit: AMOUNT,
  windowMs: AMOUNT,
  burst: TOKENS,
};

/** What the classes among the options must extend. `verifier` is absent where that option is unknown. */
export interface OptionBases {
  readonly service: Type<object>;
  readonly verifier?: Abstract<object>;
}

/**
 * @param method to which the options are passed.
 * @throws if an option is missing, unknown or of a wrong type; the message names all invalid options.
 */
export function assertValidOptions(method: string, options: unknown = {}, bases: OptionBases): void {
  const problems = isObject(options)
    ? optionProblems(options, bases)
    : [`options must be an object, not ${describeValue(options)}`];
  if (problems.length > 0) throw new Error(`RealtimeModule.${method}(options): ${problems.join('; ')}`);
}

function optionProblems(options: Fields, { service: serviceBase, verifier: verifierBase }: OptionBases): string[] {
  // `undefined` means that the option is absent.
  const { policies = {}, service = serviceBase, config = {}, imports = [], verifier, ...rest } = options;
  const layer: Readonly<Record<keyof RealtimeOptions, OptionRule>> = {
    policies: OBJECT,
    service: [(value) => isClassOf(value, serviceBase), `a class that extends ${serviceBase.name}`],
  };
  const policyFaults = (isObject(policies) ? Object.entries(policies) : []).flatMap(policyProblems);
  if (!verifierBase) return [...fieldProblems('', { ...options, policies, service }, layer), ...policyFaults];
  const expected = `a class or an object that extends ${verifierBase.name}, and resolves a token to its user`;
  const rules: Readonly<Record<string, OptionRule>> = {
    ...layer,
    config: OBJECT,
    imports: [Array.isArray, 'a list of modules'],
    verifier: [(value) => isClassOf(value, verifierBase) || isObject(value), expected],
  };
  if (verifier === undefined) return [`verifier is missing: pass ${expected}`, ...policyFaults];
  return [
    ...fieldProblems('', { ...rest, policies, service, config, imports, verifier }, rules),
    ...policyFaults,
    ...(isObject(config) ? settingProblems(config) : []).map((problem) => `config.${problem}`),
  ];
}

function policyProblems([event, policy]: [string, unknown]): string[] {
  const path = `policies['${event}']`;
  if (!isObject(policy)) return [`${path} must be an object, not ${describeValue(policy)}`];
  const work = policy['work'];
  if (!isObject(work)) return fieldProblems(`${path}.`, policy, POLICY);
  // An override replaces `work` as a whole, so all its fields are required.
  const withRequiredFields: Fields = { budget: undefined, fields: undefined, ...work };
  const budget = isObject(withRequiredFields['budget'])
    ? { name: undefined, limit: undefined, windowMs: undefined, burst: undefined, ...withRequiredFields['budget'] }
    : {};
  return [
    ...fieldProblems(`${path}.`, policy, POLICY),
    ...fieldProblems(`${path}.work.`, withRequiredFields, WORK),
    ...fieldProblems(`${path}.work.budget.`, budget, BUDGET),
  ];
}

function fieldProblems(path: string, values: Fields, rules: Readonly<Record<string, OptionRule>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) return [`${path}${name} is unknown; valid names: ${Object.keys(rules).join(', ')}`];
    const [isValid, expected] = rule;
    return isValid(value) ? [] : [`${path}${name} must be ${expected}, not ${describeValue(value)}`];
  });
}

function describeValue(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? 'a function' : value.name;
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : String(value);
}
