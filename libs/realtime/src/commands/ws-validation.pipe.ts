/** Turns a payload into its DTO, or says field by field what is wrong with it. */
import { type ArgumentMetadata, Injectable, Logger, type PipeTransform } from '@nestjs/common';
import { AppError, type Constructor } from '@aeturnis/contracts';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync, type ValidatorOptions } from 'class-validator';
import { nullsLeftOut } from './validation/absent-nulls';
import { knowsDecorators } from './validation/class-transformer-internals';
import { DtoPlan } from './validation/dto-plan';
import { unstorableField } from './validation/storable-text';

const OPTIONS: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
};

/** More than this helps nobody, and an answer must not be larger than what it answers. */
const MAX_DETAILS = 20;
const MAX_FIELD_LENGTH = 64;
const MAX_PROBLEM_LENGTH = 200;

export interface FieldProblems {
  /** Path such as `userIds` or `items.0.id`. */
  field: string;
  problems: string[];
}

/** @throws AppError VALIDATION with `details: FieldProblems[]`. */
export type DtoReader = (payload: object) => object;

@Injectable()
export class WsValidationPipe implements PipeTransform<unknown, object> {
  private readonly logger = new Logger('Commands');
  private readonly readers = new WeakMap<Constructor<object>, DtoReader>();
  private readonly makesPlans = knowsDecorators();

  constructor() {
    if (!this.makesPlans)
      this.logger.warn({
        message: 'fast validation of commands is off, they cost more: class-transformer lacks private members',
      });
  }

  /** @throws AppError VALIDATION with `details: FieldProblems[]`. */
  transform(payload: unknown, { metatype }: ArgumentMetadata): object {
    return this.readerOf(metatype as Constructor<object>)(payload as object);
  }

  /** What `transform` does for this DTO, decided once. */
  readerOf(dto: Constructor<object>): DtoReader {
    const known = this.readers.get(dto);
    if (known) return known;
    const reader = this.newReader(dto);
    this.readers.set(dto, reader);
    return reader;
  }

  private newReader(dto: Constructor<object>): DtoReader {
    if (!takesFields(dto)) return onlyEmpty;
    const withoutNulls = nullsLeftOut(dto);
    const check = this.checkOf(dto);
    return (payload) => storable(check(withoutNulls(payload)));
  }

  private checkOf(dto: Constructor<object>): DtoReader {
    if (!this.makesPlans) return (payload) => validated(dto, payload);
    try {
      const plan = DtoPlan.of(dto);
      // Only what is taken is quick: a refusal has one wording, and one place that knows it.
      return (payload) => plan.accept(payload) ?? validated(dto, payload);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.debug({ message: 'validated without a plan, which takes longer', dto: dto.name, reason });
      return (payload) => validated(dto, payload);
    }
  }
}

/** What a plan must agree with. */
export function validated(dto: Constructor<object>, payload: object): object {
  // No implicit conversion: it would turn 'false' into true and an object into a text.
  const instance = plainToInstance(dto, payload, { enableImplicitConversion: false });
  const errors = validateSync(instance, OPTIONS);
  if (errors.length > 0) throw invalid(errors.slice(0, MAX_DETAILS).flatMap((error) => fieldProblems(error)));
  return instance;
}

function takesFields(dto: Constructor<object>): boolean {
  return getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false).length > 0;
}

function onlyEmpty(payload: object): object {
  const unknown = Object.keys(payload);
  if (unknown.length === 0) return payload;
  throw invalid(
    unknown.slice(0, MAX_DETAILS).map((field) => ({ field, problems: [`property ${field} should not exist`] })),
  );
}

/** @throws AppError VALIDATION. No field of any command or route takes what cannot be stored. */
function storable<T extends object>(dto: T): T {
  const field = unstorableField(dto);
  if (field === undefined) return dto;
  throw invalid([{ field, problems: [`${field} must not contain NUL characters or unpaired surrogates`] }]);
}

function invalid(found: FieldProblems[]): AppError {
  // The names of unknown fields, and paths into lists, are as long as the client likes.
  const details = found.slice(0, MAX_DETAILS).map(({ field, problems }) => ({
    field: shortened(field, MAX_FIELD_LENGTH),
    problems: problems.map((problem) => shortened(problem, MAX_PROBLEM_LENGTH)),
  }));
  const first = details[0]?.problems[0] ?? 'the payload is invalid';
  return new AppError('VALIDATION', `Invalid: ${first}`, { details });
}

const shortened = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** Rules that say what a value is at all: what the others say of a value of another type only misleads. */
const TYPE_RULES = new Set(
  'isDefined isString isNumber isInt isBoolean isArray isObject isDate isUuid isPlayerText isPlainText'.split(' '),
);

/** The type first, then as declared: class-validator knows decorators from the last to the first. */
function inOrder(constraints: Readonly<Record<string, string>>): string[] {
  const declared = Object.entries(constraints).reverse();
  const isType = ([rule]: [string, string]): boolean => TYPE_RULES.has(rule);
  return [...declared.filter(isType), ...declared.filter((entry) => !isType(entry))].map(([, problem]) => problem);
}

function fieldProblems(error: ValidationError, parent = ''): FieldProblems[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = inOrder(error.constraints ?? {});
  const nested = (error.children ?? []).flatMap((child) => fieldProblems(child, field));
  return own.length > 0 ? [{ field, problems: own }, ...nested] : nested;
}
