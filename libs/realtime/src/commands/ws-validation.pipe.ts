/** Turns a payload into its DTO, or says field by field what is wrong with it. */
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { AppError, type Constructor } from '@aeturnis/contracts';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync, type ValidatorOptions } from 'class-validator';

const OPTIONS: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
};

/** More than this helps nobody, and an answer must not be larger than what it answers. */
const MAX_DETAILS = 20;

export interface FieldProblems {
  /** Path such as `userIds` or `items.0.id`. */
  field: string;
  problems: string[];
}

@Injectable()
export class WsValidationPipe implements PipeTransform<unknown, object> {
  /** @throws AppError VALIDATION with `details: FieldProblems[]`. */
  transform(payload: unknown, { metatype }: ArgumentMetadata): object {
    const dto = metatype as Constructor<object>;
    if (!takesFields(dto)) return onlyEmpty(payload as object);
    // No implicit conversion: it would turn 'false' into true and an object into a text.
    const instance = plainToInstance(dto, payload, { enableImplicitConversion: false });
    const errors = validateSync(instance, OPTIONS);
    if (errors.length > 0) throw invalid(errors.slice(0, MAX_DETAILS).flatMap((error) => fieldProblems(error)));
    return instance;
  }
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

function invalid(details: FieldProblems[]): AppError {
  const first = details[0]?.problems[0] ?? 'the payload is invalid';
  return new AppError('VALIDATION', `Invalid: ${first}`, { details });
}

function fieldProblems(error: ValidationError, parent = ''): FieldProblems[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.values(error.constraints ?? {});
  const nested = (error.children ?? []).flatMap((child) => fieldProblems(child, field));
  return own.length > 0 ? [{ field, problems: own }, ...nested] : nested;
}
