/**
 * A DTO compiled at boot: takes what class-transformer and class-validator would take, and makes the same instance of it,
 * without looking up what the decorators said for each payload anew.
 */
import { types } from 'node:util';
import { getMetadataStorage } from 'class-validator';
import type { Constructor } from '@aeturnis/contracts';
import { defaultMetadataStorage } from './class-transformer-internals';
import { changedReader } from './field-changes';
import { type FieldReader, readerOf } from './field-reader';
import { FieldRules, type Rule } from './field-rules';
import { isPlain, UNCOPIED } from './plain-copy';
import { Unsupported } from './unsupported';

interface Field {
  readonly name: string;
  readonly read: FieldReader;
  readonly rules: FieldRules;
  /** What instances of a nested class must pass. */
  readonly inner: DtoPlan | null;
}

export class DtoPlan {
  private readonly fields = new Map<string, Field>();
  private list: readonly Field[] = [];

  private constructor(private readonly dto: Constructor<object>) {}

  /** @throws Unsupported where it cannot be proved that both ways agree. */
  static of(dto: Constructor<object>, known = new Map<unknown, DtoPlan>()): DtoPlan {
    const found = known.get(dto);
    if (found) return found;
    const plan = new DtoPlan(dto);
    // Before its fields: a class may contain itself.
    known.set(dto, plan);
    plan.fill(known);
    return plan;
  }

  /** @returns the validated instance; undefined where the long way has to tell, be it a refusal or not. */
  accept(payload: object): object | undefined {
    if (!isPlain(payload)) return undefined;
    const instance = this.build(payload);
    return instance !== undefined && this.approves(instance) ? instance : undefined;
  }

  private fill(known: Map<unknown, DtoPlan>): void {
    const { dto } = this;
    const sample = new dto();
    const rules = rulesOf(dto);
    if (rules.size === 0) throw new Unsupported(`${dto.name} has no rules`);
    assertPlainClass(dto, sample, rules);
    for (const [name, own] of rules) {
      let inner: DtoPlan | null = null;
      const read = readerOf(name, sample, defaultMetadataStorage.findTypeMetadata(dto, name), (type) => {
        inner = DtoPlan.of(type, known);
        return (payload) => inner?.build(payload);
      });
      this.fields.set(name, {
        name,
        read: changedReader(dto, name, read),
        rules: new FieldRules(name, dto.name, own),
        inner,
      });
    }
    this.list = [...this.fields.values()];
  }

  private build(payload: Record<string, unknown>): object | undefined {
    const instance = new this.dto() as Record<string, unknown>;
    // It is plain: nothing is inherited. `Object.keys` would make a list for each command.
    for (const name in payload) {
      const field = this.fields.get(name);
      if (!field) return UNCOPIED;
      const value = field.read(payload[name], instance, payload);
      if (value === UNCOPIED) return UNCOPIED;
      instance[name] = value;
    }
    return instance;
  }

  private approves(instance: object): boolean {
    for (const { name, rules, inner } of this.list) {
      const value = (instance as Record<string, unknown>)[name];
      if (!rules.applyTo(instance, value)) continue;
      if (!rules.pass(instance, value)) return false;
      if (rules.nested && value !== undefined && !inner?.approvesAll(value)) return false;
    }
    return true;
  }

  /** Instances of this very class, or lists of them. */
  private approvesAll(value: unknown): boolean {
    if (Array.isArray(value)) return value.every((item) => this.approvesAll(item));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== this.dto.prototype)
      return false;
    // It may be a default that the constructor around it has made, with properties that nobody expects.
    return Object.keys(value).every((name) => this.fields.has(name)) && this.approves(value);
  }
}

function rulesOf(dto: Constructor<object>): Map<string, Rule[]> {
  const rules = new Map<string, Rule[]>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    const own = rules.get(rule.propertyName);
    if (own) own.push(rule);
    else rules.set(rule.propertyName, [rule]);
  }
  return rules;
}

/**
 * Assigning a property must do just that, and nothing may be there that has no rules. One instance stands for all: which
 * properties a constructor sets may not be up to chance.
 */
function assertPlainClass(dto: Constructor<object>, sample: object, rules: ReadonlyMap<unknown, unknown>): void {
  const storage = defaultMetadataStorage;
  if (storage.getStrategy(dto) !== 'none' || storage.getExposedMetadatas(dto).length > 0)
    throw new Unsupported(`${dto.name} exposes or excludes properties`);
  if (storage.getExcludedMetadatas(dto).length > 0) throw new Unsupported(`${dto.name} excludes properties`);
  if (types.isProxy(sample) || Object.getPrototypeOf(sample) !== dto.prototype || !Object.isExtensible(sample))
    throw new Unsupported(`${dto.name} makes something else than its instances`);
  for (const key of Reflect.ownKeys(sample)) {
    const { writable, enumerable } = Object.getOwnPropertyDescriptor(sample, key) ?? {};
    if (!rules.has(key) || !writable || !enumerable || typeof Reflect.get(sample, key) === 'function')
      throw new Unsupported(`${dto.name} has '${String(key)}' without rules, or not as a plain property`);
  }
  for (const name of rules.keys()) {
    if (typeof name !== 'string' || name in dto.prototype)
      throw new Unsupported(`${dto.name}.${String(name)} is more than a property`);
  }
}
