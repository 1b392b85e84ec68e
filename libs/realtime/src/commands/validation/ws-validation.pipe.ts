/** Converts a payload to its validated DTO, or lists the problems of each field. */
import { type ArgumentMetadata, Injectable, Logger, type PipeTransform } from '@nestjs/common';
import { AppError, type Constructor } from '@aeturnis/contracts';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync, type ValidatorOptions } from 'class-validator';
import { createNullStripper } from './null-stripping';
import { canReadDecorators } from './class-transformer-internals';
import { DtoPlan } from './dto-plan';
import { findUnstorableField } from './storable-text';

const OPTIONS: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
};

/** Bounds the error answer, which must not be larger than the request. */
const MAX_DETAILS = 20;
const MAX_FIELD_LENGTH = 64;
const MAX_PROBLEM_LENGTH = 200;

export interface FieldProblems {
  /** Path such as `userIds` or `items.0.id`. */
  field: string;
  problems: string[];
}

/** @throws AppError VALIDATION with `details: FieldProblems[]`. */
export type DtoParser = (payload: object) => object;

@Injectable()
export class WsValidationPipe implements PipeTransform<unknown, object> {
  private readonly logger = new Logger('Commands');
  private readonly parsers = new WeakMap<Constructor<object>, DtoParser>();
  private readonly canCompileDtos = canReadDecorators();

  constructor() {
    if (!this.canCompileDtos)
      this.logger.warn({
        message: 'compiled DTO validation is off, commands cost more: class-transformer lacks the expected internals',
      });
  }

  /** @throws AppError VALIDATION with `details: FieldProblems[]`. */
  transform(payload: unknown, { metatype }: ArgumentMetadata): object {
    return this.parserFor(metatype as Constructor<object>)(payload as object);
  }

  /** The parser that `transform` uses for this DTO, created once. */
  parserFor(dto: Constructor<object>): DtoParser {
    const known = this.parsers.get(dto);
    if (known) return known;
    const parser = this.createParser(dto);
    this.parsers.set(dto, parser);
    return parser;
  }

  private createParser(dto: Constructor<object>): DtoParser {
    if (!hasValidatedFields(dto)) return parseEmptyPayload;
    const stripNulls = createNullStripper(dto);
    const validate = this.createValidator(dto);
    return (payload) => requireStorable(validate(stripNulls(payload)));
  }

  private createValidator(dto: Constructor<object>): DtoParser {
    if (!this.canCompileDtos) return (payload) => validateDto(dto, payload);
    try {
      const plan = DtoPlan.of(dto);
      // A plan only accepts: refusals come from class-validator, so that their messages are always the same.
      return (payload) => plan.tryParse(payload) ?? validateDto(dto, payload);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.debug({ message: 'DTO has no plan, its validation takes longer', dto: dto.name, reason });
      return (payload) => validateDto(dto, payload);
    }
  }
}

/** Validation by class-transformer and class-validator, with which a plan must agree. */
export function validateDto(dto: Constructor<object>, payload: object): object {
  // No implicit conversion: it would turn 'false' into true and an object into a text.
  const instance = plainToInstance(dto, payload, { enableImplicitConversion: false });
  const errors = validateSync(instance, OPTIONS);
  if (errors.length > 0) throw validationError(errors.slice(0, MAX_DETAILS).flatMap((error) => fieldProblems(error)));
  return instance;
}

function hasValidatedFields(dto: Constructor<object>): boolean {
  return getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false).length > 0;
}

function parseEmptyPayload(payload: object): object {
  const unknown = Object.keys(payload);
  if (unknown.length === 0) return payload;
  throw validationError(
    unknown.slice(0, MAX_DETAILS).map((field) => ({ field, problems: [`property ${field} should not exist`] })),
  );
}

/** @throws AppError VALIDATION for texts that the database cannot store, in any field of a command or route. */
function requireStorable<T extends object>(dto: T): T {
  const field = findUnstorableField(dto);
  if (field === undefined) return dto;
  throw validationError([{ field, problems: [`${field} must not contain NUL characters or unpaired surrogates`] }]);
}

function validationError(fields: FieldProblems[]): AppError {
  // The client determines the length of unknown field names and of paths into lists.
  const details = fields.slice(0, MAX_DETAILS).map(({ field, problems }) => ({
    field: truncate(field, MAX_FIELD_LENGTH),
    problems: problems.map((problem) => truncate(problem, MAX_PROBLEM_LENGTH)),
  }));
  const first = details[0]?.problems[0] ?? 'the payload is invalid';
  return new AppError('VALIDATION', `Invalid: ${first}`, { details });
}

const truncate = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** Rules that check the type of a value. Problems of other rules are misleading for a value of the wrong type. */
const TYPE_RULES = new Set(
  'isDefined isString isNumber isInt isBoolean isArray isObject isDate isUuid isPlayerText isPlainText'.split(' '),
);

/** Type problems first, the others in order of declaration: class-validator lists decorators from last to first. */
function orderProblems(constraints: Readonly<Record<string, string>>): string[] {
  const declared = Object.entries(constraints).reverse();
  const isType = ([rule]: [string, string]): boolean => TYPE_RULES.has(rule);
  return [...declared.filter(isType), ...declared.filter((entry) => !isType(entry))].map(([, problem]) => problem);
}

function fieldProblems(error: ValidationError, parent = ''): FieldProblems[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = orderProblems(error.constraints ?? {});
  const nested = (error.children ?? []).flatMap((child) => fieldProblems(child, field));
  return own.length > 0 ? [{ field, problems: own }, ...nested] : nested;
}
