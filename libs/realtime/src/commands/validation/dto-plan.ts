/**
 * A DTO compiled at boot. A plan accepts the payloads that class-transformer and class-validator accept and creates the same
 * instances, without looking up the decorator metadata for each payload.
 */
import { types } from 'node:util';
import { getMetadataStorage } from 'class-validator';
import type { Constructor } from '@aeturnis/contracts';
import { defaultMetadataStorage } from './class-transformer-internals';
import { transformingReader } from './field-transforms';
import { type FieldReader, createFieldReader } from './field-reader';
import { FieldRules, type ValidationRule } from './field-rules';
import { isPlainRecord, UNCOPIED } from './plain-copy';
import { UnsupportedDtoError } from './unsupported-dto-error';

interface Field {
  readonly name: string;
  readonly read: FieldReader;
  readonly rules: FieldRules;
  /** The plan for instances of a nested class. */
  readonly nestedPlan: DtoPlan | null;
}

export class DtoPlan {
  private readonly fields = new Map<string, Field>();
  private fieldList: readonly Field[] = [];

  private constructor(private readonly dto: Constructor<object>) {}

  /** @throws UnsupportedDtoError if agreement with class-validator cannot be guaranteed. */
  static of(dto: Constructor<object>, known = new Map<unknown, DtoPlan>()): DtoPlan {
    const found = known.get(dto);
    if (found) return found;
    const plan = new DtoPlan(dto);
    // Registered before its fields are compiled: a class may contain itself.
    known.set(dto, plan);
    plan.compileFields(known);
    return plan;
  }

  /** @returns the validated instance; undefined if class-validator has to decide, which may accept or refuse it. */
  tryParse(payload: object): object | undefined {
    if (!isPlainRecord(payload)) return undefined;
    const instance = this.build(payload);
    return instance !== undefined && this.isValid(instance) ? instance : undefined;
  }

  private compileFields(known: Map<unknown, DtoPlan>): void {
    const { dto } = this;
    const sample = new dto();
    const rules = rulesOf(dto);
    if (rules.size === 0) throw new UnsupportedDtoError(`${dto.name} has no rules`);
    assertPlainClass(dto, sample, rules);
    for (const [name, own] of rules) {
      let inner: DtoPlan | null = null;
      const read = createFieldReader(name, sample, defaultMetadataStorage.findTypeMetadata(dto, name), (type) => {
        inner = DtoPlan.of(type, known);
        return (payload) => inner?.build(payload);
      });
      this.fields.set(name, {
        name,
        read: transformingReader(dto, name, read),
        rules: new FieldRules(name, dto.name, own),
        nestedPlan: inner,
      });
    }
    this.fieldList = [...this.fields.values()];
  }

  private build(payload: Record<string, unknown>): object | undefined {
    const instance = new this.dto() as Record<string, unknown>;
    // A plain record inherits no enumerable key. `Object.keys` would allocate a list for each command.
    for (const name in payload) {
      const field = this.fields.get(name);
      if (!field) return UNCOPIED;
      const value = field.read(payload[name], instance, payload);
      if (value === UNCOPIED) return UNCOPIED;
      instance[name] = value;
    }
    return instance;
  }

  private isValid(instance: object): boolean {
    for (const { name, rules, nestedPlan } of this.fieldList) {
      const value = (instance as Record<string, unknown>)[name];
      if (!rules.shouldCheck(instance, value)) continue;
      if (!rules.accepts(instance, value)) return false;
      if (rules.isNested && value !== undefined && !nestedPlan?.areValid(value)) return false;
    }
    return true;
  }

  /** Whether the value consists of valid instances of exactly this class, alone or in lists. */
  private areValid(value: unknown): boolean {
    if (Array.isArray(value)) return value.every((item) => this.areValid(item));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== this.dto.prototype)
      return false;
    // A default value from the constructor of the outer class may have unknown properties.
    return Object.keys(value).every((name) => this.fields.has(name)) && this.isValid(value);
  }
}

function rulesOf(dto: Constructor<object>): Map<string, ValidationRule[]> {
  const rules = new Map<string, ValidationRule[]>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    const own = rules.get(rule.propertyName);
    if (own) own.push(rule);
    else rules.set(rule.propertyName, [rule]);
  }
  return rules;
}

/**
 * Requires that assigning a property has no side effects, and that every property has rules. Checked on one sample, so a
 * constructor must always set the same properties.
 */
function assertPlainClass(dto: Constructor<object>, sample: object, rules: ReadonlyMap<unknown, unknown>): void {
  const storage = defaultMetadataStorage;
  if (storage.getStrategy(dto) !== 'none' || storage.getExposedMetadatas(dto).length > 0)
    throw new UnsupportedDtoError(`${dto.name} exposes or excludes properties`);
  if (storage.getExcludedMetadatas(dto).length > 0) throw new UnsupportedDtoError(`${dto.name} excludes properties`);
  if (types.isProxy(sample) || Object.getPrototypeOf(sample) !== dto.prototype || !Object.isExtensible(sample))
    throw new UnsupportedDtoError(`${dto.name} constructs objects that are not its plain instances`);
  for (const key of Reflect.ownKeys(sample)) {
    const { writable, enumerable } = Object.getOwnPropertyDescriptor(sample, key) ?? {};
    if (!rules.has(key) || !writable || !enumerable || typeof Reflect.get(sample, key) === 'function')
      throw new UnsupportedDtoError(`${dto.name} has '${String(key)}' without rules, or as more than a plain property`);
  }
  for (const name of rules.keys()) {
    if (typeof name !== 'string' || name in dto.prototype)
      throw new UnsupportedDtoError(`${dto.name}.${String(name)} is more than a property`);
  }
}
