/** What an application may set when it imports the realtime module. */
import type { RatePolicy } from '@aeturnis/contracts';
import type { PolicyOverrides } from './limits/resolve-policy';

export interface RealtimeOptions {
  /** Rate policies by command, in place of those of the contract. */
  policies?: PolicyOverrides;
}

export const REALTIME_OPTIONS = Symbol('REALTIME_OPTIONS');

type Rule = readonly [isValid: (value: unknown) => boolean, expected: string];
type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAtLeast =
  (least: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && Number.isFinite(value) && value >= least;
const oneOf = (...values: string[]): Rule => [(value) => values.includes(value as string), values.join(' or ')];

const NAME: Rule = [(value) => typeof value === 'string' && value !== '', 'a text'];
const AMOUNT: Rule = [(value) => isAtLeast(0)(value) && value !== 0, 'a finite number above 0'];
const TOKENS: Rule = [isAtLeast(1), 'a finite number of at least 1'];
const FLAG: Rule = [(value) => typeof value === 'boolean', 'a boolean'];
const TEXTS: Rule = [
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  'a list of texts',
];
const OBJECT: Rule = [isObject, 'an object'];

const OPTIONS: Readonly<Record<keyof RealtimeOptions, Rule>> = { policies: OBJECT };
const POLICY: Readonly<Record<keyof RatePolicy, Rule>> = {
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
const WORK: Readonly<Record<keyof NonNullable<RatePolicy['work']>, Rule>> = { budget: OBJECT, fields: TEXTS };
const BUDGET: Readonly<Record<keyof NonNullable<RatePolicy['work']>['budget'], Rule>> = {
  name: NAME,
  limit: AMOUNT,
  windowMs: AMOUNT,
  burst: TOKENS,
};

/** @throws where an option has another name or another type than `RealtimeOptions` says; the message names all of them. */
export function mustBeOptions(options: unknown): void {
  const problems = isObject(options) ? problemsOf(options) : [`options must be an object, not ${shown(options)}`];
  if (problems.length > 0) throw new Error(`RealtimeModule.forRoot(options): ${problems.join('; ')}`);
}

function problemsOf(options: Fields): string[] {
  const { policies = {} } = options;
  const known = { ...options };
  // `undefined` stands for an option that is absent.
  if (known['policies'] === undefined) delete known['policies'];
  return [...problemsIn('', known, OPTIONS), ...(isObject(policies) ? Object.entries(policies) : []).flatMap(inPolicy)];
}

function inPolicy([event, policy]: [string, unknown]): string[] {
  const path = `policies['${event}']`;
  if (!isObject(policy)) return [`${path} must be an object, not ${shown(policy)}`];
  const work = policy['work'];
  if (!isObject(work)) return problemsIn(`${path}.`, policy, POLICY);
  // An override takes the place of `work` as a whole.
  const whole: Fields = { budget: undefined, fields: undefined, ...work };
  const budget = isObject(whole['budget'])
    ? { name: undefined, limit: undefined, windowMs: undefined, burst: undefined, ...whole['budget'] }
    : {};
  return [
    ...problemsIn(`${path}.`, policy, POLICY),
    ...problemsIn(`${path}.work.`, whole, WORK),
    ...problemsIn(`${path}.work.budget.`, budget, BUDGET),
  ];
}

function problemsIn(path: string, found: Fields, rules: Readonly<Record<string, Rule>>): string[] {
  return Object.entries(found).flatMap(([name, value]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) return [`${path}${name} is unknown, there are ${Object.keys(rules).join(', ')}`];
    const [isValid, expected] = rule;
    return isValid(value) ? [] : [`${path}${name} must be ${expected}, not ${shown(value)}`];
  });
}

const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : String(value);
